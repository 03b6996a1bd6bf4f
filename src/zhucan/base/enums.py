"""Kinds of organs and divisions, roles, actions, and the states of long work. Labels are the words on the pages."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices


class DivisionLevel(IntegerChoices):
    """The five levels of the statistical division codes (国家统计局《统计用区划代码》)."""

    PROVINCE = 1, "省"
    PREFECTURE = 2, "市"
    COUNTY = 3, "县"
    TOWNSHIP = 4, "乡镇街道"
    VILLAGE = 5, "村社区"


class OrganKind(TextChoices):
    """What kind of office somebody works in; it decides which fields of a person he may see."""

    FEDERATION = "federation", "残联"
    CIVIL_AFFAIRS = "civil_affairs", "民政"
    TOWNSHIP = "township", "乡镇街道"
    VILLAGE = "village", "村社区"
    FINANCE = "finance", "财政"
    HOSPITAL = "hospital", "医院"
    REHABILITATION = "rehabilitation", "康复机构"
    AUDIT = "audit", "审计"


class Role(TextChoices):
    """What somebody does in an organ. A post is one role, in one organ, over one division with all below it."""

    COMMISSIONER = "commissioner", "专职委员"
    CLERK = "clerk", "经办"
    OFFICER = "officer", "业务主管"
    APPROVER = "approver", "审批"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理"


class Action(TextChoices):
    """What a right is about. Every address names one of these, and so does every operation."""

    SEE_HOME = "see_home", "看本月要办"
    SEE_PERSONS = "see_persons", "查人员"
    REVEAL = "reveal", "显示完整号码"
    CHANGE_PERSONS = "change_persons", "改人员和事实"
    MERGE_PERSONS = "merge_persons", "合并重复人员"
    IMPORT = "import", "导入名单"
    CONFIRM_IMPORT = "confirm_import", "确认导入"
    UNDO_IMPORT = "undo_import", "撤销导入"
    SEE_FINDINGS = "see_findings", "看名单"
    SETTLE_FINDINGS = "settle_findings", "处理名单"
    EXPORT = "export", "导出和打印"
    SEE_POLICIES = "see_policies", "看政策"
    ANSWER_VISITORS = "answer_visitors", "答复对结果的疑问"
    MATCH = "match", "开始比对"
    SIMULATE = "simulate", "试算"
    PROPOSE_RATES = "propose_rates", "提出标准"
    ADOPT_RATES = "adopt_rates", "批准标准"
    SEE_USERS = "see_users", "看用户和岗位"
    MANAGE_USERS = "manage_users", "管理用户和岗位"
    SEE_AUDIT = "see_audit", "查操作记录"


class FieldGroup(TextChoices):
    """Groups of a person's fields that organs see or do not see."""

    IDENTITY = "identity", "身份"
    CONTACT = "contact", "联系方式"
    ACCOUNT = "account", "银行账户"
    DISABILITY = "disability", "残疾情况"
    HARDSHIP = "hardship", "困难情况"
    PAYMENTS = "payments", "发放情况"


class JobState(TextChoices):
    """Where a piece of long work stands; derived, never stored."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已停止"


class SuccessionKind(TextChoices):
    """How one division became another."""

    RENAMED = "renamed", "更名"
    MERGED = "merged", "并入"
    SPLIT = "split", "析出"
    MOVED = "moved", "划归"
