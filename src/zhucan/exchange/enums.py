"""States of loads, kinds of staged rows, kinds and verdicts of findings. Labels are the words on the pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

ACTION_WORDS: Mapping[str, str] = {
    "open_load": "导入名单", "read_load": "读取名单", "read_load_again": "重新读取名单", "correct_load": "改名单的读法",
    "confirm_load": "确认导入", "discard_load": "放弃导入", "apply_load": "写入名单", "ask_undo_load": "要求撤销导入",
    "undo_load": "撤销导入", "stop_load": "停下导入", "download_explained": "下载处理结果", "settle": "处理名单",
    "undo_settling": "撤销处理", "save_filter": "存筛选", "drop_filter": "删筛选",
}  # fmt: skip
"""What the actions of loads and findings are called on pages."""


class LoadState(TextChoices):
    """Where a load stands; derived from what happened to it, never stored."""

    READING = "reading", "正在读取"
    READY = "ready", "等待确认"
    APPLYING = "applying", "正在写入"
    APPLIED = "applied", "已导入"
    FAILED = "failed", "没有完成"
    DISCARDED = "discarded", "已放弃"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"


class StagedKind(TextChoices):
    """What confirming a load would do with a row."""

    ADD = "add", "新增"
    CHANGE = "change", "变更"
    END = "end", "名单上不再有"
    REJECT = "reject", "拒绝"
    STRAY = "stray", "不在本名册的发放"


class FindingKind(TextChoices):
    """The lists to work through."""

    MISSED = "missed", "应享未享"
    DOUBTFUL = "doubtful", "疑似不应享"
    UNKNOWN = "unknown", "待核实"
    PAYMENT = "payment", "发放差错"
    STRAY = "stray", "名册外发放"
    EXPIRY = "expiry", "证件到期"
    DUPLICATE = "duplicate", "疑似重复人员"
    DISPUTE = "dispute", "名单说法不一"


class FindingState(TextChoices):
    """Where a finding stands; derived."""

    OPEN = "open", "待处理"
    POSTPONED = "postponed", "暂缓"
    CLOSED = "closed", "已处理"
    GONE = "gone", "已不存在"


class FindingVerdict(TextChoices):
    """What somebody decided about a finding."""

    TRUE = "true", "情况属实"
    FALSE = "false", "情况不实"
    POSTPONED = "postponed", "暂缓"
