"""Forms of users and posts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.db.models import QuerySet

from zhucan.base.enums import OrganKind, Role
from zhucan.base.queries.divisions import short_name
from zhucan.web.forms import Form

if TYPE_CHECKING:
    from zhucan.base.models import Division, Organ, Post

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
LATEST = date(2100, 1, 1)


class FilterForm(Form):
    """The filter of the list of users."""

    role = forms.ChoiceField(label="角色", choices=[("", "全部"), *Role.choices], required=False)
    kind = forms.ChoiceField(label="单位类别", choices=[("", "全部"), *OrganKind.choices], required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), ("active", "在岗"), ("idle", "没有岗位"), ("stopped", "已停用")],
        required=False,
    )


class OrganChoice(Form):
    """Which organ the user is to work in."""

    organ = forms.ChoiceField(label="在哪个单位", help_text="单位管到哪里，岗位最多管到哪里。")

    def __init__(self, organs: QuerySet[Organ], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.uuid), f"{one.name}（{one.division.name}）") for one in organs]
        self.fields["organ"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class OrganForm(Form):
    """A new organ."""

    kind = forms.ChoiceField(label="类别", choices=[("", ""), *OrganKind.choices])
    name = forms.CharField(label="名称", max_length=80, help_text="全称，例如 贵港市港南区残疾人联合会。")
    division = forms.ChoiceField(label="管哪里")

    def __init__(self, divisions: list[Division], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = _division_choices(divisions)  # type: ignore[attr-defined]


class PostForm(Form):
    """A post in an organ."""

    role = forms.ChoiceField(label="角色", choices=Role.choices, widget=forms.RadioSelect)
    division = forms.ChoiceField(label="管哪里", help_text="只能看和办这里以及下面各级的人和事。")
    from_ = forms.DateField(label="从哪天起", widget=_DAY)
    until = forms.DateField(
        label="到哪天止", required=False, widget=_DAY, help_text="从这一天起不再有权限。长期岗位不填，临时帮忙的请填。"
    )

    def __init__(self, divisions: list[Division], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = _division_choices(divisions)  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        """A day that a calendar of ours can hold."""
        until: date | None = self.cleaned_data["until"]
        if until is not None and until > LATEST:
            raise forms.ValidationError("日期太远。长期岗位请不填。")
        return until


class UserForm(PostForm):
    """A new user with his first post."""

    username = forms.CharField(
        label="用户名", max_length=40, help_text="登录用，例如 chen.xm。不要用身份证号或电话号码。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(label="姓名", max_length=40)
    field_order = ("username", "name", "role", "division", "from_", "until")


class HandOverForm(Form):
    """Who takes over."""

    to = forms.ChoiceField(label="交给谁", help_text="列出的是今天在任、管得到原岗位地区的岗位。")

    def __init__(self, posts: list[Post], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.uuid), f"{one.user.name}（{one.organ.name}，{one.get_role_display()}）") for one in posts]
        self.fields["to"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


def _division_choices(divisions: list[Division]) -> list[tuple[str, str]]:
    """Codes with names, those further down set in."""
    if not divisions:
        return [("", "请选择")]
    first = min(one.level for one in divisions)
    named = [(str(one.code), "　" * (one.level - first) + short_name(one.name)) for one in divisions]
    return [("", "请选择"), *named]
