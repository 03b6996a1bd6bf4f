"""The Django app ``web``."""

from django.apps import AppConfig
from django.core.checks import register

_ACTION_WORDS = {
    "sign_in": "登录", "refuse": "想办没有权限的事", "see_finding": "看名单条目", "see_events": "查操作记录",
    "export": "导出", "read_visits": "读回核查表",
    "bind_second_factor": "绑定动态口令", "unbind_second_factor": "换手机",
    "take_second_factor": "重置动态口令",
    "new_recovery_codes": "重新生成备用码", "end_session": "退出别处的登录",
}  # fmt: skip


class WebConfig(AppConfig):
    """The app ``web``; see its README."""

    name = "zhucan.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins; let the build fail where an address declares no right."""
        from zhucan.base.audit import name_actions
        from zhucan.web import access, sign_in  # noqa: F401  # its receivers

        name_actions(_ACTION_WORDS)
        register(access.check_addresses)
