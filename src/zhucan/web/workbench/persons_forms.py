"""Forms about persons: the filter of the list, and what may be written on a person's page."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from zhucan.base.enums import FieldGroup
from zhucan.base.permissions import Actor, covers
from zhucan.base.queries.divisions import children_of, full_name, short_name
from zhucan.registry.enums import FactReason, MergeReason, RevealReason
from zhucan.registry.queries.persons import CERTIFICATES, PersonFilters
from zhucan.registry.queries.sheet import group_of
from zhucan.registry.vocabulary import vocabulary
from zhucan.rules.errors import ValueFault
from zhucan.rules.vocabulary import Fact, FactType, Value
from zhucan.web.forms import Form, say_plainly, without_blank

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
_TICK = {"value": "1"}
_NOT_BY_HAND = frozenset({"township", "village"})
"""Facts that are places: they change with the person's division, not by stating a number."""
_LEVELS = [(str(level), f"{'零一二三四'[level]}级") for level in range(1, 5)]


class ListForm(Form):
    """The filter line of the list: drawn from the query string, read by ``PersonFilters.read``."""

    township = forms.ChoiceField(label="乡镇街道", required=False)
    village = forms.ChoiceField(label="村社区", required=False)
    category = forms.ChoiceField(label="残疾类别", required=False)
    level = forms.ChoiceField(label="等级", choices=[("", "全部"), *_LEVELS], required=False)
    certificate = forms.ChoiceField(label="残疾人证", choices=[("", "全部"), *CERTIFICATES.items()], required=False)
    disputed = forms.BooleanField(label="名单说法不一", required=False, widget=forms.CheckboxInput(attrs=_TICK))
    lost = forms.BooleanField(label="失联", required=False, widget=forms.CheckboxInput(attrs=_TICK))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, actor: Actor, groups: frozenset[FieldGroup], given: Mapping[str, str]) -> None:
        super().__init__(initial={name: given.get(name) for name in self.base_fields})
        places = [("", "全部"), *((str(each.path), short_name(each.name)) for each in children_of(actor.division))]
        township = given.get("township", "")
        below = children_of(int(township)) if township.isdecimal() and covers(actor, int(township)) else []
        self._choose("township", places)
        self._choose("village", [("", "全部"), *((str(each.path), short_name(each.name)) for each in below)])
        if FieldGroup.DISABILITY in groups:
            codes = vocabulary().fact("category").codes
            categories = [(str(code.code), code.zh) for code in codes.codes] if codes else []
            self._choose("category", [("", "全部"), *categories])
        else:
            for name in ("category", "level", "certificate"):
                del self.fields[name]
        if FieldGroup.HARDSHIP not in groups:
            del self.fields["disputed"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set the choices; a select with nothing to choose from is left out."""
        if len(choices) == 1:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def allowed_filters(filters: PersonFilters, groups: frozenset[FieldGroup]) -> PersonFilters:
    """The filter without what the office does not see: else a list would tell what its columns hide."""
    from dataclasses import replace

    if FieldGroup.DISABILITY not in groups:
        filters = replace(filters, category=None, level=None, certificate="", order="place")
    return filters if FieldGroup.HARDSHIP in groups else replace(filters, disputed=False)


def filter_words(filters: PersonFilters) -> str:
    """The filter in words, for the head of a print or an export."""
    said = [] if filters.place is None else [full_name(filters.place)]
    codes = vocabulary().fact("category").codes
    code = codes.find(filters.category) if codes and filters.category is not None else None
    said += [f"{code.zh}残疾"] if code else []
    said += [dict(_LEVELS).get(str(filters.level), "")] if filters.level is not None else []
    said += [CERTIFICATES[filters.certificate]] if filters.certificate else []
    said += ["名单说法不一"] if filters.disputed else []
    said += ["失联"] if filters.lost else []
    return "、".join(one for one in said if one)


class RevealForm(Form):
    """Why somebody needs to see a whole number."""

    reason = forms.ChoiceField(label="看完整号码的原因", choices=[("", "请选择"), *RevealReason.choices])
    note = forms.CharField(label="补充说明", required=False, max_length=100, widget=forms.TextInput(attrs=_PLAIN))


def facts_to_state(groups: frozenset[FieldGroup]) -> list[Fact]:
    """The facts somebody of an office that sees these groups may state of a person, in the vocabulary's order."""
    return [
        fact
        for fact in vocabulary().facts.values()
        if fact.subject == "person" and not fact.derive and fact.aggregate is None and fact.id not in _NOT_BY_HAND
        if group_of(fact.id) in groups
    ]  # fmt: skip


class WhichFactForm(Form):
    """Which fact somebody wants to state."""

    fact = forms.ChoiceField(label="要登记哪一项")

    def __init__(self, groups: frozenset[FieldGroup], **kwargs: object) -> None:
        super().__init__(**kwargs)
        field = self.fields["fact"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *((fact.id, fact.zh) for fact in facts_to_state(groups))]


class FactForm(Form):
    """One fact with its source: the question of the vocabulary, a field for its type, who says so, seen when."""

    source = forms.ChoiceField(label="谁说的")
    reason = forms.ChoiceField(label="怎么知道的", choices=FactReason.choices, widget=forms.RadioSelect)
    observed = forms.DateField(label="哪天核实的", widget=_DAY)
    from_ = forms.DateField(label="从哪天起是这样", required=False, widget=_DAY, help_text="一直如此就不填。")
    until = forms.DateField(
        label="到哪天不再是这样", required=False, widget=_DAY, help_text="不知道就不填。填第一天不再是这样的日子。"
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, meaning: Fact, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.meaning = meaning
        question = meaning.ask or meaning.zh
        value = _value_field(meaning, question)
        without_blank(value)
        say_plainly(value)
        self.fields = {"value": value, **self.fields}
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *((source, source) for source in meaning.authority)]
        field.help_text = "排在前面的来源更有分量：来源说法不一时，按排在前面的算，另一种说法也会留着。"

    def clean_value(self) -> Value:
        """The value as the fact holds it.

        Raises:
            ValidationError: it does not fit the fact; says what does.
        """
        try:
            value = self.meaning.read(str(self.cleaned_data["value"]))
        except ValueFault as fault:
            raise forms.ValidationError(f"{fault.what}。{fault.remedy}。") from None
        if value is None:
            raise forms.ValidationError("还没有填。不知道就不用登记。")
        return value


def _value_field(meaning: Fact, question: str) -> forms.Field:
    help_text = f"看：{meaning.where}。" if meaning.where else ""
    if meaning.type is FactType.YES_NO:
        choices = [("是", "是"), ("否", "否")]
        return forms.ChoiceField(label=question, help_text=help_text, choices=choices, widget=forms.RadioSelect)
    if meaning.codes is not None:
        codes = [("", "请选择"), *((code.zh, code.zh) for code in meaning.codes.codes)]
        return forms.ChoiceField(label=question, help_text=help_text, choices=codes)
    if meaning.type is FactType.DATE:
        return forms.CharField(label=question, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}))
    unit = "元" if meaning.type is FactType.MONEY else meaning.unit
    return forms.CharField(label=f"{question}（{unit}）" if unit else question, help_text=help_text, max_length=20)


class ContactForm(Form):
    """Whom to call. The phone there is stays unless another is typed: it is not shown here."""

    name = forms.CharField(label="姓名", required=False, max_length=40, widget=forms.TextInput(attrs=_PLAIN))
    relation = forms.CharField(label="与本人的关系", required=False, max_length=20, help_text="例如 父亲、邻居。")
    phone = forms.RegexField(
        r"^[\d\s-]{7,20}$", label="电话", required=False, help_text="不改就不填，原来的电话会留着。",
        error_messages={"invalid": "电话看不懂。请写 7 到 20 位数字，例如 13700138000。"},
        widget=forms.TextInput(attrs={**_PLAIN, "inputmode": "tel"}),
    )  # fmt: skip
    remove = forms.BooleanField(label="删去这个联系方式", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class MergeForm(Form):
    """Which of two files stays, and why they are of one person."""

    keep = forms.ChoiceField(label="保留哪一份", widget=forms.RadioSelect)
    reason = forms.ChoiceField(label="为什么是同一个人", choices=MergeReason.choices, widget=forms.RadioSelect)

    def __init__(self, keep: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(**kwargs)
        field = self.fields["keep"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = keep
