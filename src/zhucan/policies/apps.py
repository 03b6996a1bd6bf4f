"""The Django app ``policies``."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """The app ``policies``; see its README."""

    name = "zhucan.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of changes in the register; let workers match, make sheets and delete what visitors left."""
        from zhucan.base.audit import name_actions
        from zhucan.policies.enums import ACTION_WORDS
        from zhucan.policies.operations import listening, sheets, surprises

        name_actions(ACTION_WORDS)
        listening.listen()
        sheets.listen()
        surprises.listen()
