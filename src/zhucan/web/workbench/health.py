"""Whether the application is well: for those who watch machines. Says nothing else."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from zhucan.base.queries.jobs import open_jobs
from zhucan.web.access import PUBLIC, open_to

_PATIENCE = timedelta(minutes=2)
"""How long work may wait unleased before the worker is taken for dead: it looks for work every half second."""


@open_to(PUBLIC)
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 where the database answers and work does not lie about, else 503."""
    database = _database_answers()
    worker = database and _work_is_done()
    is_well = database and worker
    return JsonResponse({"ok": is_well, "database": database, "worker": worker}, status=200 if is_well else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _work_is_done() -> bool:
    """Whether somebody works, or nothing has been waiting for too long."""
    now = timezone.now()
    if open_jobs().filter(lease_until__gt=now).exists():
        return True
    return not open_jobs().filter(created_at__lt=now - _PATIENCE).exists()


urlpatterns = [path("health/", health, name="health")]
