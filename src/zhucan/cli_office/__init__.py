"""The commands of the application: ``setup``, ``serve``, ``work``, ``import``, ``results``, ``backup``, ``restore``,
``audit verify`` and ``office-demo``.

Django is imported when one of them runs, so that ``zhucan match`` works where it is not installed. All of them take
``--data`` or ``ZHUCAN_DATA``; the other settings are those of ``zhucan.conf.settings``.

Exit codes: 0 done; 1 ``audit verify`` or a drill found something; 2 the command is written wrongly; 3 no file could be
used; 4 the output cannot be written; 5 content has mistakes; 6 the application is not set up, or its database or keys
cannot be opened; 130 broken off.
"""

from __future__ import annotations

import typer

from zhucan.cli_office.keeping import audit_app, backup, restore
from zhucan.cli_office.loading import import_files, results
from zhucan.cli_office.sample import office_demo
from zhucan.cli_office.serving import serve, work
from zhucan.cli_office.setting_up import setup
from zhucan.cli_words import ChineseCommand

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of the application to the command line."""
    app.command(cls=ChineseCommand)(setup)
    app.command(cls=ChineseCommand)(serve)
    app.command(cls=ChineseCommand)(work)
    app.command("import", cls=ChineseCommand)(import_files)
    app.command(cls=ChineseCommand)(results)
    app.command(cls=ChineseCommand)(backup)
    app.command(cls=ChineseCommand)(restore)
    app.add_typer(audit_app)
    app.command("office-demo", cls=ChineseCommand)(office_demo)
