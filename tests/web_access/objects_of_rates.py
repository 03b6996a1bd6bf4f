"""Proposals of rates, trials of a change, policies."""

from __future__ import annotations

from datetime import date

from tests.factories.people import division, make_user
from tests.web_access.objects import EVERYWHERE, LEVELS_OF, MAY_BE_EMPTY, OWN, Values, builds
from zhucan.policies.models import RatesProposal

OWN |= {
    "workbench:rates_preview", "workbench:reform_result", "workbench:reform_list", "workbench:reform_list_export",
    "workbench:reform_export", "workbench:policy_text",
}  # fmt: skip
EVERYWHERE.add("workbench:policy")
LEVELS_OF["workbench:rates_new"] = frozenset({"county"})
MAY_BE_EMPTY |= {
    "workbench:coming_list", "workbench:coming_list_export", "workbench:coming_export",
    "workbench:coming_certificates_export",
    "workbench:reform_change", "workbench:rates_template", "workbench:rates_people", "workbench:policy",
}  # fmt: skip


@builds(
    "workbench:rates_one", "workbench:rates_people", "workbench:rates_adopt", "workbench:rates_refuse",
    "workbench:rates_withdraw", "workbench:rates_undo",
)  # fmt: skip
def _proposal(path: int) -> Values:
    made = RatesProposal.objects.create(
        policy="living-allowance", division=division(path), on=date(2027, 1, 1), source="桂民发〔2026〕1号", rows=[],
        proposed_by=make_user(),
    )  # fmt: skip
    return {"uuid": str(made.uuid)}


@builds("workbench:policy")
def _policy(path: int) -> Values:
    return {"id_": "living-allowance"}
