"""The answers a determination gives, and the states of a proposed rates sheet."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices

ACTION_WORDS: Mapping[str, str] = {
    "match_county": "比对", "export_results": "导出比对结果", "simulate": "试算", "propose_rates": "提出标准",
    "adopt_rates": "批准标准", "refuse_rates": "不批准标准", "withdraw_rates": "撤回标准", "fetch_sheet": "下载表格",
}  # fmt: skip
"""What the actions of policies and matching are called on pages."""


class Answer(IntegerChoices):
    """What the rules say of a person and a policy."""

    ENTITLED = 1, "符合"
    NOT = 2, "不符合"
    UNKNOWN = 3, "待核实"


class ProposalState(TextChoices):
    """Where a proposed rates sheet stands; derived."""

    WAITING = "waiting", "等待第二人批准"
    ADOPTED = "adopted", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
