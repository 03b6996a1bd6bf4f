"""The audit record: one event for every write and every view of a person, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from zhucan.base.models import AuditEvent
from zhucan.base.permissions import Actor

Detail = int | str | bool | None
_words: dict[str, str] = {
    "load_divisions": "载入区划",
    "create_user": "建立用户",
    "set_password": "重设密码",
    "deactivate_user": "停用用户",
    "create_organ": "建立单位",
    "close_organ": "撤销单位",
    "give_post": "给岗位",
    "end_post": "结束岗位",
    "hand_over": "移交工作",
    "enqueue_job": "开始一项工作",
    "cancel_job": "停止一项工作",
    "store_file": "保存文件",
    "purge_files": "删除到期文件",
    "rotate_key": "更换数据密钥",
    "rewrap_keys": "更换主密钥",
    "backup": "备份",
    "restore": "恢复",
}


def name_actions(words: Mapping[str, str]) -> None:
    """Say what an app's actions are called on pages; call it when the app gets ready."""
    _words.update(words)


def actions_with_words() -> list[tuple[str, str]]:
    """Every action that has a name, with it, sorted by name: for the filter of the record."""
    return sorted(_words.items(), key=lambda pair: pair[1])


def action_words(action: str) -> str:
    """What an action is called on pages; its own name where nobody said."""
    return _words.get(action, action)


def record(
    *,
    by: Actor,
    action: str,
    subject: str = "",
    subject_id: int | None = None,
    person_id: int | None = None,
    place: int | None = None,
    details: Mapping[str, Detail] | None = None,
) -> AuditEvent:
    """Write one event. ``details`` holds ids, counts and codes only: never a name, a number or an address."""
    return AuditEvent.objects.create(
        at=timezone.now(),
        user_id=by.user_id,
        post_id=by.post_id,
        action=action,
        subject_kind=subject,
        subject_id=subject_id,
        person_id=person_id,
        place=place,
        details=dict(details or {}),
        request=by.request,
    )
