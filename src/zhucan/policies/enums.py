"""The answers a determination gives, what surprises people, and where proposals and surprises stand."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices

ACTION_WORDS: Mapping[str, str] = {
    "match_county": "比对", "export_results": "导出比对结果", "simulate": "试算", "propose_rates": "提出标准",
    "adopt_rates": "批准标准", "refuse_rates": "不批准标准", "withdraw_rates": "撤回标准", "fetch_sheet": "下载表格",
    "report_surprise": "收到对结果的疑问", "see_surprise": "看对结果的疑问", "answer_surprise": "答复对结果的疑问",
    "close_surprise": "办结对结果的疑问", "purge_surprises": "删除到期的疑问内容",
}  # fmt: skip
"""What the actions of policies and matching are called on pages."""


class Answer(IntegerChoices):
    """What the rules say of a person and a policy."""

    ENTITLED = 1, "符合"
    NOT = 2, "不符合"
    UNKNOWN = 3, "待核实"


class SurpriseKind(TextChoices):
    """What somebody expected who is surprised by a result."""

    ENTITLED = "entitled", "觉得自己应该能领"
    AMOUNT = "amount", "觉得金额不对"
    WORDS = "words", "说明看不懂"
    OTHER = "other", "其他"


class SurpriseState(TextChoices):
    """Where a surprise stands; derived."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已办结，没有另外答复"


class ProposalState(TextChoices):
    """Where a proposed rates sheet stands; derived."""

    WAITING = "waiting", "等待第二人批准"
    ADOPTED = "adopted", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
