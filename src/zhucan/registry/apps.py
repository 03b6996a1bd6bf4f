"""The Django app ``registry``."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The app ``registry``; see its README."""

    name = "zhucan.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Loads of lists come in here, duplicates are looked for after them, and actions get their words."""
        from zhucan.base.audit import name_actions
        from zhucan.registry.enums import ACTION_WORDS
        from zhucan.registry.interfaces.intake import register_intake
        from zhucan.registry.operations.duplicates import register_duplicates

        register_intake()
        register_duplicates()
        name_actions(ACTION_WORDS)
