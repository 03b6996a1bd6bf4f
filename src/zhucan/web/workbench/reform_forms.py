"""The form of a what-if: the rates of a policy in force, row by row, and its conditions in the rule language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath

from django import forms
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from zhucan.policies.interfaces.rates_sheet import LARGEST, SheetRead, read_sheet
from zhucan.policies.library import library
from zhucan.policies.queries.reform import Change
from zhucan.policies.queries.sheets import Cells, SheetFault, cells_of
from zhucan.policies.queries.texts import policies_on
from zhucan.rules.policy import Condition, Policy
from zhucan.rules.printing import key_words, text_of, words_of
from zhucan.rules.rates import RawRate
from zhucan.web.forms import Form

_SHEET_HELP = "也可以不改上面的格子，直接传一张标准表（.xlsx、.xls 或 .csv，不超过 2 MB）。传了表，就以表为准。"
_REFORM_SOURCE = "试算"
_LAST = date(2100, 1, 1)


class DayField(forms.DateField):
    """A day, drawn as the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChooseForm(Form):
    """Which policy, from which day."""

    policy = forms.ChoiceField(label="哪项政策")
    on = DayField(label="从哪一天起", help_text="按这一天现行的规定和改后的规定各算一遍。")

    def __init__(self, division: int, *args: object, persons_only: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        policies = policies_on(division, timezone.localdate())
        kept = [policy for policy in policies if policy.subject == "person" or not persons_only]
        field = self.fields["policy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *((policy.id, policy.zh) for policy in kept)]

    def clean_on(self) -> date:
        """A day somebody may mean."""
        on = self.cleaned_data["on"]
        assert isinstance(on, date)
        if not date(2000, 1, 1) <= on < _LAST:
            raise forms.ValidationError("请填 2000 年到 2099 年之间的一天。")
        return on


def raw_rates(policy: Policy) -> list[RawRate]:
    """The rows of the sheets in force, each once."""
    rows = library().written_rates(policy).values()
    return list(dict.fromkeys(raw for found in rows for raw, _ in found))


class ChangeForm(Form):
    """What is to be other: ``rate_0`` … for the rows in force, ``when_0`` … and ``off_0`` … for the conditions."""

    file = forms.FileField(label="标准表", required=False, help_text=_SHEET_HELP)

    def __init__(self, policy: Policy, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.raws = policy, raw_rates(policy)
        self.sheet_faults: Sequence[SheetFault] = ()
        for number, raw in enumerate(self.raws):
            self.fields[f"rate_{number}"] = forms.CharField(
                label=_rate_label(raw),
                required=bool(self._rate(raw)),
                initial=self._rate(raw),
                max_length=20,
                help_text=_rate_help(raw),
            )
        for number, condition in enumerate(policy.conditions):
            self._add_condition(number, condition)

    def _add_condition(self, number: int, condition: Condition) -> None:
        words = words_of(condition.test)
        if not condition.beside:
            text = text_of(condition.test, labels="zh")
            box = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})
            self.fields[f"when_{number}"] = forms.CharField(
                label=f"条件 {number + 1}", initial=text, max_length=2000, widget=box,
                help_text=f"意思是：{words}。不满足时告知：{condition.otherwise}。依据：{condition.basis}",
            )  # fmt: skip
        label = f"停用“{condition.otherwise}”" if condition.beside else f"停用条件 {number + 1}"
        self.fields[f"off_{number}"] = forms.BooleanField(label=label, required=False)

    def _rate(self, raw: RawRate) -> str:
        cells = self._cells(raw)
        return cells["percentage"] or cells["amount"]

    def _cells(self, raw: RawRate) -> dict[str, str]:
        policy = self.policy
        return cells_of(raw, policy.outcome.rhythm, on=policy.as_of, division=policy.division)

    @property
    def rate_fields(self) -> list[forms.BoundField]:
        """The fields of the rates."""
        return [self[name] for name in self.fields if name.startswith("rate_")]

    @property
    def condition_fields(self) -> list[forms.BoundField]:
        """The fields of the conditions."""
        return [self[name] for name in self.fields if name.startswith(("when_", "off_"))]

    def change(self, division: int) -> Change | None:
        """What was changed; None where nothing was, or a sheet has mistakes (``sheet_faults``, or an error)."""
        rows = self._rows()
        conditions, off = self._conditions()
        if self.errors or self.sheet_faults:
            return None
        if not rows and not conditions and not off:
            self.add_error(None, "还没有改任何一项。请改一个标准或一个条件，或者传一张标准表。")
            return None
        return Change(self.policy.id, division, self.policy.as_of, rows, conditions, off)

    def _rows(self) -> tuple[Cells, ...]:
        given = self.cleaned_data.get("file")
        if isinstance(given, UploadedFile):
            read = read_upload(given, self.policy, self.policy.as_of, _REFORM_SOURCE)
            if read.refusal:
                self.add_error("file", read.refusal)
            self.sheet_faults = read.faults
            return read.rows
        return self._typed_rows()

    def _typed_rows(self) -> tuple[Cells, ...]:
        """The rows of every rate of which a value was changed: a sheet restates what it keeps."""
        values = [str(self.cleaned_data.get(f"rate_{n}") or "").strip() for n in range(len(self.raws))]
        touched = {raw.name for raw, value in zip(self.raws, values, strict=True) if value != self._rate(raw)}
        rows = []
        for raw, value in zip(self.raws, values, strict=True):
            if raw.name in touched:
                column = "amount" if raw.percentage is None else "percentage"
                cells = self._cells(raw) | {column: value}
                rows.append(cells if value or cells["note"] else cells | {"note": "试算：没有金额"})
        return tuple(rows)

    def _conditions(self) -> tuple[Mapping[str, str] | None, tuple[str, ...]]:
        changed: dict[str, str] = {}
        off: list[str] = []
        for number, condition in enumerate(self.policy.conditions):
            if self.cleaned_data.get(f"off_{number}"):
                off.append(condition.id)
            elif f"when_{number}" in self.fields:
                text = " ".join(str(self.cleaned_data.get(f"when_{number}") or "").split())
                if text != self.fields[f"when_{number}"].initial:
                    changed[condition.id] = text
        return changed or None, tuple(off)

    def blame(self, sheet: Sequence[SheetFault], conditions: Mapping[str, tuple[str, str]] | None) -> None:
        """Tell what the rules refuse, at the field it is about."""
        given = self.cleaned_data.get("file")
        if isinstance(given, UploadedFile):
            self.sheet_faults = sheet
        else:
            for fault in sheet:
                self.add_error(self._rate_field(fault.row), f"{fault.what}。{fault.remedy}。")
        for number, condition in enumerate(self.policy.conditions):
            told = (conditions or {}).get(condition.id)
            if told is not None:
                name = f"when_{number}" if f"when_{number}" in self.fields else f"off_{number}"
                self.add_error(name, f"{told[0]}。{told[1]}。")

    def _rate_field(self, row: int) -> str | None:
        """The field behind a row of the typed sheet (from 1)."""
        values = [str(self.cleaned_data.get(f"rate_{n}") or "").strip() for n in range(len(self.raws))]
        touched = {raw.name for raw, value in zip(self.raws, values, strict=True) if value != self._rate(raw)}
        fields = [f"rate_{n}" for n, raw in enumerate(self.raws) if raw.name in touched]
        return fields[row - 1] if 0 < row <= len(fields) else None


def read_upload(given: File[bytes], policy: Policy, on: date, source: str) -> SheetRead:
    """An uploaded sheet, read in a child process; its name is not looked at but for what kind it is."""
    suffix = PurePath(given.name or "").suffix
    data = given.read(LARGEST + 1)
    return read_sheet(data, suffix, policy=policy, on=on, source=source, vocabulary=library().vocabulary)


def _rate_label(raw: RawRate) -> str:
    keys = "，".join(key_words(test) for test in raw.tests) or "不分情况"
    unit = "%" if raw.percentage is not None else "元"
    return f"{keys}（{unit}）" if raw.name == "standard" else f"{raw.name}：{keys}（{unit}）"


def _rate_help(raw: RawRate) -> str:
    share = f"按公布的标准 {raw.of} 的比例。" if raw.of else ""
    return f"{share}现行依据：{raw.source}。{raw.note}"
