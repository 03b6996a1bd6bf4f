"""Rates sheets an office adopted: ``rates/<place>/<policy>/<day>.csv`` beside packs, one file for each place and day.

A sheet joins the policy's layer of that place, or makes one that holds nothing but rates. What it restates (the same
name, place and ``from``) it replaces as a whole, wherever that was written: a correction leaves no second answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from zhucan.rules.errors import Fault
from zhucan.rules.packs import PLACE, ConditionText, DatedRules, Pack
from zhucan.rules.policy import Basis, Origin
from zhucan.rules.rates import RawRate, read_rates
from zhucan.rules.vocabulary import Vocabulary

FOLDER = "rates"
"""The folder of adopted sheets within a content folder."""


def add_adopted(
    content: Path, packs: dict[str, list[Pack]], vocabulary: Vocabulary, rhythms: dict[str, str], faults: list[Fault]
) -> None:
    """Join the sheets of a content folder with the packs read so far; mistakes go to ``faults``."""
    for path in sorted((content / FOLDER).glob("*/*/*.csv")):
        id_, place = path.parent.name, path.parent.parent.name
        found = PLACE.fullmatch(place)
        if id_ not in packs or found is None:
            faults.append(Fault(path, 0, f"没有“{place}/{id_}”这样的地方或政策", "删去这个文件，或改文件夹名"))
            continue
        rows = read_rates(path, vocabulary, faults, place=found.group(1) or "", rhythm=rhythms.get(id_, ""))
        if any(row.from_.isoformat() != path.stem for row in rows):
            faults.append(Fault(path, 0, f"文件名是“{path.stem}”，from 不全是这一天", "一个文件只写一天起的标准"))
            continue
        packs[id_] = with_rates(packs[id_], place, rows, path)


def with_rates(layers: Sequence[Pack], place: str, rows: Sequence[RawRate], file: Path) -> list[Pack]:
    """The layers of one policy with this sheet at a place (``cn-450803``)."""
    restated = {(row.name, row.from_, row.division) for row in rows}
    kept = [
        replace(pack, rates=tuple(r for r in pack.rates if (r.name, r.from_, r.division) not in restated))
        for pack in layers
    ]
    return _with_layer(kept, place, file, rates=tuple(rows))


def with_conditions(
    layers: Sequence[Pack], place: str, from_: date, conditions: Sequence[ConditionText], file: Path
) -> list[Pack]:
    """The layers of one policy with these conditions replaced or added at a place from a day on.

    What the layer of that place said before goes on holding, unless one of them has its id.
    """
    made = _with_layer(layers, place, file)
    here = next(pack for pack in made if pack.place == place)
    before = here.in_force(from_)
    ids = {text.id for text in conditions}
    kept = tuple(text for text in before.conditions if text.id not in ids) if before else ()
    rules = DatedRules(from_, file, (*kept, *conditions), before.outcome if before else None, False)
    others = tuple(old for old in here.dated if old.from_ != from_)
    changed = replace(here, dated=(*others, rules))
    return [changed if pack is here else pack for pack in made]


def _with_layer(layers: Sequence[Pack], place: str, file: Path, rates: tuple[RawRate, ...] = ()) -> list[Pack]:
    """The layers, the one of this place with these rates too; it is made where there is none."""
    if any(pack.place == place for pack in layers):
        return [replace(pack, rates=(*pack.rates, *rates)) if pack.place == place else pack for pack in layers]
    base = next((pack for pack in layers if pack.national), layers[0])
    sources = dict.fromkeys(row.source for row in rates)
    basis = tuple(Basis(source, "", "", Origin(place, file, 1)) for source in sources)
    found = PLACE.fullmatch(place)
    assert found is not None
    made = replace(
        base, place=place, prefix=found.group(1) or "", folder=file.parent, extends=f"{base.place}/{base.id}",
        zh="", en="", subject="", rhythm="", decides="", pays="", accepts="", materials=(), fund_sources=(), notes="",
        basis=basis, dated=(), rates=rates, extends_line=1,
    )  # fmt: skip
    return sorted([*layers, made], key=lambda pack: len(pack.prefix))
