"""The Django app ``exchange``."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The app ``exchange``; see its README."""

    name = "zhucan.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Workers of this process can do its long work."""
        from zhucan.base import audit, jobs
        from zhucan.exchange.enums import ACTION_WORDS
        from zhucan.exchange.operations.applying import apply_load
        from zhucan.exchange.operations.reading import read_load
        from zhucan.exchange.operations.steps import handler
        from zhucan.exchange.operations.undoing import take_back
        from zhucan.exchange.queries.loads import APPLY, READ, UNDO

        audit.name_actions(ACTION_WORDS)
        jobs.register(READ, handler(read_load))
        jobs.register(APPLY, handler(apply_load))
        jobs.register(UNDO, handler(take_back))
