"""The form base class of every page: our templates, no empty radio, errors that know their field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import django.forms
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property

_CHOSEN_BY_SIGHT = (forms.RadioSelect, forms.CheckboxSelectMultiple)
_PICK = "请选择"


class BoundField(forms.BoundField):
    """A field whose error is tied to each of its choices too: several readers skip the description of a group."""

    def build_widget_attrs(
        self, attrs: dict[str, str | bool], widget: forms.Widget | None = None
    ) -> dict[str, str | bool]:
        """The attributes of the control; choices of a group point to its error, only single controls are invalid."""
        built = super().build_widget_attrs(attrs, widget)
        if self.use_fieldset:
            built.pop("aria-invalid", None)
            if self.errors and self.auto_id:
                built["aria-describedby"] = f"{self.auto_id}_error"
        return built


class Renderer(DjangoTemplates):
    """Our form templates before Django's own, whatever the settings say; also good as ``FORM_RENDERER``."""

    bound_field_class = BoundField

    @cached_property
    def engine(self) -> Backend:
        """The template engine that looks into this package first."""
        ours = Path(__file__).parent / "templates"
        theirs = Path(django.forms.__file__).parent / "templates"
        return Backend({"APP_DIRS": False, "DIRS": [ours, theirs], "NAME": "zhucanforms", "OPTIONS": {}})


class FormRules:
    """What all our forms keep to; mix it into a ModelForm, or take :class:`Form`.

    Radios and checkboxes offer real answers only (no "---------"), an empty select says 请选择, labels end without a
    colon, and the browser's own bubbles stay away because the error summary speaks.
    """

    default_renderer: BaseRenderer | type[BaseRenderer] | None = Renderer
    use_required_attribute = False
    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            without_blank(one)
            say_plainly(one)
            write_days_for_browsers(one)


class Form(FormRules, forms.Form):
    """The base of every form that is no ModelForm."""


class ModelForm(FormRules, forms.ModelForm):  # type: ignore[type-arg]
    """The base of every form over a model."""


def write_days_for_browsers(one: forms.Field) -> None:
    """Give a day to the browser's own calendar as 2026-11-21: written any other way it is shown as empty."""
    if isinstance(one.widget, forms.DateInput) and one.widget.attrs.get("type") == "date":
        one.widget.format = "%Y-%m-%d"


def without_blank(one: forms.Field) -> None:
    """Take the empty choice from radios and checkboxes; let it say 请选择 in a select."""
    drop = isinstance(one.widget, _CHOSEN_BY_SIGHT)
    if isinstance(one, forms.ModelChoiceField):
        if drop:
            one.empty_label = None
        elif one.empty_label is not None:
            one.empty_label = _PICK if one.empty_label.strip("-") == "" else one.empty_label
        return
    if isinstance(one, forms.ChoiceField):
        one.choices = list(_choices(one, drop=drop))


_MISSING = (
    (forms.FileField, "还没有选文件。请选一个文件。"),
    (forms.BooleanField, "还没有打钩。确认后请打钩。"),
    (forms.ChoiceField, "还没有选。请选一项。"),
    (forms.ModelChoiceField, "还没有选。请选一项。"),
)
_INVALID = (
    (forms.IntegerField, "这里要填数字，例如 100。"),
    (forms.DateField, "日期看不懂。请写成 2026-11-01 这样。"),
    (forms.EmailField, "邮箱看不懂。请检查有没有 @ 和后面的网址。"),
    (forms.ChoiceField, "没有这一项。请从列出的里面选。"),
    (forms.ModelChoiceField, "没有这一项。请从列出的里面选。"),
)


def say_plainly(one: forms.Field) -> None:
    """Replace Django's own messages, which say what is wrong but not what to do; messages of the form's own stay."""
    if one.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        known = (words for kind, words in _MISSING if isinstance(one, kind))
        one.error_messages["required"] = next(known, "还没有填。请填写。")
    theirs = {name: text for kind in reversed(type(one).__mro__) for name, text in _defaults(kind).items()}
    plain = next((words for kind, words in _INVALID if isinstance(one, kind)), None)
    for name in ("invalid", "invalid_choice"):
        if plain and name in theirs and one.error_messages.get(name) == theirs[name]:
            one.error_messages[name] = plain


def _defaults(kind: type) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(kind, "default_error_messages", {})
    return found


def _choices(one: forms.ChoiceField, *, drop: bool) -> Iterator[tuple[object, object]]:
    for value, label in cast("Iterable[tuple[object, object]]", one.choices):
        blank = value in ("", None) and not isinstance(label, list | tuple)
        if blank and drop:
            continue
        yield value, _PICK if blank and not str(label).strip("-") else label


class FilesInput(forms.ClearableFileInput):
    """A control for several files; with JavaScript also a place to drop them, with a list of what was chosen."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/files.html"


class FilesField(forms.FileField):
    """Several files at once; cleaned to a list. Say types and sizes in ``help_text``: it stands before the control."""

    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> list[UploadedFile[bytes]]:
        """Each file checked as a single one would be.

        Raises:
            ValidationError: no file where one is required, or one of them is empty or has too long a name.
        """
        given = list(data) if isinstance(data, list | tuple) else [data]
        checked = [super(FilesField, self).clean(one, initial) for one in given]
        return [one for one in checked if isinstance(one, UploadedFile)]


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One entry of the error summary: the message, the field it is about, and the id to go to (empty: none)."""

    target: str
    label: str
    message: str


def error_links(*given: forms.BaseForm) -> list[ErrorLink]:
    """All errors of one or several forms, in the order of their fields, general ones first."""
    found: list[ErrorLink] = []
    for form in given:
        found += [ErrorLink("", "", str(message)) for message in form.non_field_errors()]
        for bound in form:
            found += [ErrorLink(_target(bound), str(bound.label), str(message)) for message in bound.errors]
    return found


def _target(bound: forms.BoundField) -> str:
    if bound.is_hidden:
        return ""
    if bound.use_fieldset and bound.auto_id:
        return f"{bound.auto_id}_0"
    return bound.id_for_label


def parameters_of(query: Mapping[str, str]) -> list[tuple[str, str]]:
    """Query parameters as pairs, empty ones left out: what sort and page links keep."""
    pairs = query.lists() if hasattr(query, "lists") else [(name, [value]) for name, value in query.items()]
    return [(name, value) for name, values in pairs for value in values if value]
