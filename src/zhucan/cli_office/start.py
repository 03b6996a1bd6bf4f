"""Starting Django for a command: the settings of a data directory, and what to do where something is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from zhucan.cli_words import NOT_READY, give_up

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="数据目录，省略为 ZHUCAN_DATA，再省略为 zhucan-data。", metavar="文件夹"),
]
MARK = "演示数据.txt"
"""In a data directory made by ``office-demo``: the people are invented, and demo mode may run on it."""


def data_directory(data: Path | None) -> Path:
    """The data directory of a command: the option, else ``ZHUCAN_DATA``, else ``zhucan-data`` beside us."""
    return (data or Path(os.environ.get("ZHUCAN_DATA", "zhucan-data"))).absolute()


def open_office(data: Path | None) -> Path:
    """Start Django with the settings of this data directory; returns the directory.

    Ends the command where Django is not installed or a setting is wrong. Demo mode holds where the directory was made
    by ``office-demo``, and nowhere else: it signs people in without a second factor.
    """
    folder = data_directory(data)
    os.environ["ZHUCAN_DATA"] = str(folder)
    _choose_mode(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhucan.conf.settings")
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured
    except ModuleNotFoundError:
        give_up("这个命令要用数据库和网页程序，还没有装。请运行：pip install 'zhucan[web]'", NOT_READY)

    from zhucan.base.keyring import KeyFileError

    try:
        django.setup()
    except (ImproperlyConfigured, KeyFileError) as error:
        give_up(str(error), NOT_READY)
    return folder


def _choose_mode(folder: Path) -> None:
    is_sample = (folder / MARK).is_file()
    if os.environ.get("ZHUCAN_MODE") == "demo" and not is_sample:
        give_up(
            "ZHUCAN_MODE=demo 不要求第二重验证，只能用在 zhucan office-demo 做出的虚构数据上。"
            "这个数据目录不是。请去掉 ZHUCAN_MODE 再运行。",
            NOT_READY,
        )
    if is_sample:
        os.environ.setdefault("ZHUCAN_MODE", "demo")


def demand_ready() -> None:
    """Nothing, where the tables are those of this version and the keys open; else ends the command."""
    from django.db import DatabaseError, connection

    from zhucan.base import keyring

    try:
        keyring.key_file()
        waiting = migrations_waiting()
    except keyring.KeyFileError as error:
        give_up(str(error), NOT_READY)
    except DatabaseError as error:
        give_up(database_trouble(error), NOT_READY)
    if waiting:
        give_up("数据库还没有装好，或是旧版本的。请先运行 zhucan setup；升级前请先 zhucan backup。", NOT_READY)
    connection.close()


def migrations_waiting() -> int:
    """How many migrations the database lacks. A SQLite file that is not there is not made by asking."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).is_file():
        return 1
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def database_trouble(error: Exception) -> str:
    """What to say where the database cannot be opened: never the driver's own words, which may quote the address."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return "打不开数据库文件。请检查数据目录的权限和磁盘空间；文件损坏时请用 zhucan restore 恢复备份。"
    return f"连不上数据库（{error.__class__.__name__}）。请检查 ZHUCAN_DATABASE，以及 PostgreSQL 是否在运行。"
