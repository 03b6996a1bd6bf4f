"""The main job finds in the sample county exactly what was written down before its files were."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from zhucan.demo import generate
from zhucan.demo.county import COUNTY
from zhucan.demo.stories import LIVING, NURSING
from zhucan.files.tables import account
from zhucan.match.run import run_match
from zhucan.rules.content import shipped_content

AS_OF = date(2026, 11, 1)


def truth(folder: Path) -> tuple[dict[tuple[str, str], str], dict[str, int]]:
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        findings = {(row["citizen_id"], row["policy"]): row["finding"] for row in csv.DictReader(lines)}
    with (folder / "totals.csv").open(encoding="utf-8", newline="") as lines:
        return findings, {row["what"]: int(row["count"]) for row in csv.DictReader(lines)}


@pytest.mark.parametrize(("persons", "seed"), [(250, 1), (600, 2), (1200, 3)])
def test_match_finds_the_truth(tmp_path: Path, persons: int, seed: int) -> None:
    demo = generate(tmp_path, persons=persons, seed=seed, as_of=AS_OF)
    findings, totals = truth(demo.truth)
    result = run_match(demo.files, COUNTY, AS_OF, content=[shipped_content()])

    found = {
        (line.person.citizen_id, line.policy): line.finding
        for line in result.lines
        if line.policy in (LIVING, NURSING) and line.finding != "none"
    }
    found |= {(stray.citizen_id, stray.policy): "paid_not_on_roster" for stray in result.strays}
    assert Counter(found.values()) == Counter(findings.values())
    assert found == findings

    assert len(result.persons) == totals["persons"] == persons
    assert len(result.expiring) == totals["expiring"]
    rejected = {
        f"roster_{name}": counts["roster"] for name, counts in result.rejected_classes.items() if counts["roster"]
    }
    rejected |= {
        f"ledger_{name}": counts["other"] for name, counts in result.rejected_classes.items() if counts["other"]
    }
    assert rejected == {name: count for name, count in totals.items() if "_" in name and name != "roster_rows"}
    roster = next(source for source in result.files if source.name.startswith("01_"))
    assert account(roster.tables).read == totals["roster_rows"]
    assert all(account(source.tables).balanced for source in result.files)
    assert not result.presumptions
