"""Kinds of places, households, contacts and certificate states. Labels are the words on the pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

ACTION_WORDS: Mapping[str, str] = {
    "view_person": "看档案", "reveal": "显示完整号码", "search": "搜索人员", "create_person": "建档",
    "change_person": "改基本信息", "set_place": "改户籍地或居住地", "set_contact": "改联系方式",
    "set_account": "改银行账户",
    "set_certificate": "改残疾人证", "mark_lost": "标记失联", "mark_found": "取消失联", "record_fact": "登记情况",
    "withdraw_fact": "撤回情况", "merge_persons": "合并档案", "unmerge_persons": "撤销合并", "add_member": "加入一户",
    "end_membership": "离开一户", "create_household": "建户",
    "create_organisation": "登记单位",
}  # fmt: skip
"""What the actions of the registry are called on pages."""


class PlaceKind(TextChoices):
    """Which of a person's three divisions is meant; each procedure names the one that decides."""

    REGISTERED = "registered", "户籍地"
    RESIDING = "residing", "居住地"
    MANAGED = "managed", "办证管理地"


class HouseholdKind(TextChoices):
    """The three kinds of household."""

    REGISTERED = "registered", "户籍户"
    ASSISTED = "assisted", "低保共同生活家庭"
    LIVING = "living", "同住"


class ContactKind(TextChoices):
    """Whose phone it is."""

    SELF = "self", "本人"
    GUARDIAN = "guardian", "监护人"
    CONTACT = "contact", "联系人"


class CertificateState(TextChoices):
    """What the national platform did with a certificate, as recorded; expiry is derived from its days."""

    ISSUED = "issued", "有效"
    LOST = "lost", "挂失"
    FROZEN = "frozen", "冻结"
    MOVED = "moved", "迁出"
    CANCELLED = "cancelled", "注销"


class MergeReason(TextChoices):
    """Why two files are of one person."""

    ENTERED_TWICE = "entered_twice", "同一个人登记了两次"
    TWO_NUMBERS = "two_numbers", "同一个人有两个身份证号"
    NUMBER_CORRECTED = "corrected", "号码更正后留下的旧档案"


class RevealReason(TextChoices):
    """Why somebody needs to see a whole number."""

    CASE = "case", "办理业务核对身份"
    VISIT = "visit", "入户或电话核实"
    PAYMENT = "payment", "核对发放账户"
    REQUEST = "request", "本人或家属要求"
    OTHER = "other", "其他（请写明）"


class SecretField(TextChoices):
    """What of a person is shown masked until somebody asks for it, with a reason."""

    CITIZEN = "citizen", "身份证号"
    CERTIFICATE = "certificate", "残疾人证号"
    ADDRESS = "address", "详细地址"
    PHONES = "phones", "联系电话"
    ACCOUNT = "account", "银行账号"


class FactReason(TextChoices):
    """How somebody came to know a fact he states."""

    VISIT = "visit", "入户看过"
    PHONE = "phone", "电话问过"
    PAPER = "paper", "看了证件或证明"
    OFFICE = "office", "别的部门告知"
    SELF = "self", "本人或家属来说"
