"""Proposed rates, and what-ifs that belong to the session they were made in."""

from __future__ import annotations

from datetime import date

from tests.factories.people import make_user
from tests.web_access.objects import LEVELS_OF, OWN, Values, builds
from zhucan.policies.models import RatesProposal

OWN |= {
    "workbench:reform_result", "workbench:reform_list", "workbench:reform_list_export", "workbench:reform_export",
    "workbench:rates_preview", "workbench:policy", "workbench:policy_text",
}  # fmt: skip
"""A policy lies in no division: every place reads it as it stands there."""
LEVELS_OF["workbench:rates_new"] = frozenset({"county"})
_CELLS = {"name": "standard", "from": "2099-01-01", "amount": "100", "unit": "元/月", "source": "某文件"}


@builds(
    "workbench:rates_one", "workbench:rates_people", "workbench:rates_adopt", "workbench:rates_refuse",
    "workbench:rates_withdraw", "workbench:rates_undo",
)  # fmt: skip
def _proposal(path: int) -> Values:
    made = RatesProposal.objects.create(
        policy="living-allowance", division_id=path, on=date(2099, 1, 1), source="某文件", rows=[_CELLS],
        proposed_by=make_user(),
    )  # fmt: skip
    return {"uuid": str(made.uuid)}
