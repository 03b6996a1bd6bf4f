"""``zhucan backup``, ``restore`` and ``audit verify``: what keeps an office's data, and shows that it is whole."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from zhucan.cli_office.archive import (
    FOLDERS,
    BackupError,
    Sums,
    differences,
    make_backup,
    postgres,
    read_manifest,
    restore_files,
    restore_postgres,
    restore_sqlite,
)
from zhucan.cli_office.setting_up import prepare_folder
from zhucan.cli_office.start import DataOption, demand_ready, migrations_waiting, open_office
from zhucan.cli_words import (
    NO_FILES,
    NO_OUTPUT,
    NOT_READY,
    WRONG_COMMAND,
    ChineseCommand,
    ChineseGroup,
    Screen,
    give_up,
)

audit_app = typer.Typer(
    name="audit", cls=ChineseGroup, rich_markup_mode=None, no_args_is_help=True, help="操作记录：检查是否被改动过。"
)
FOUND = 1
_FAULTS_SHOWN = 20


def backup(
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件。", metavar="文件", show_default=False)],
    data: DataOption = None,
) -> None:
    """备份：数据库和上传的文件，写成一个文件。别人可以照常使用。不含密钥。"""
    folder = open_office(data)
    demand_ready()
    if file.exists():
        give_up(f"“{file}”已经有了，没有覆盖。请换一个文件名。", NO_OUTPUT)

    from zhucan.base import audit
    from zhucan.base import files as stored
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.sealing import heads_folder

    audit.record(by=SYSTEM, action="backup")
    try:
        counts = make_backup(file.absolute(), scratch=folder, files=stored.folder(), heads=heads_folder())
    except BackupError as error:
        give_up(str(error), NO_OUTPUT)
    screen = Screen(plain=True)
    screen.say(f"备份    {file}（{file.stat().st_size / 1e6:,.1f} MB）")
    screen.say(f"        {counts['rows']:,} 行，{counts['files']:,} 个文件")
    screen.say("        不含密钥。请把备份和密钥分开保管。")
    screen.say(f"检验    zhucan restore {file} --drill")


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件。", metavar="文件", show_default=False)],
    drill: Annotated[bool, typer.Option("--drill", help="只演练：恢复到临时位置，核对，再删掉。")] = False,
    data: DataOption = None,
) -> None:
    """恢复备份到新的数据目录，并逐表核对。已有的数据不会被覆盖。"""
    folder = open_office(data)
    screen = Screen(plain=True)
    try:
        manifest = read_manifest(file)
        _same_engine(manifest)
    except BackupError as error:
        give_up(str(error), NO_FILES)
    prepare_folder(folder)
    try:
        found = _drill(file, folder) if drill else _restore(file, folder, screen)
    except BackupError as error:
        give_up(str(error), NO_OUTPUT)
    _report(screen, manifest, found)
    if not drill:
        _check_opens(screen)


def _same_engine(manifest: dict[str, object]) -> None:
    from django.db import connection

    if manifest["engine"] != connection.vendor:
        wanted = "PostgreSQL（设置 ZHUCAN_DATABASE）" if manifest["engine"] == "postgresql" else "SQLite"
        raise BackupError(f"这份备份来自 {wanted}，现在设置的是另一种数据库，没有恢复。请先改设置。")


def _restore(file: Path, folder: Path, screen: Screen) -> Sums:
    from django.db import connection

    if any((folder / name).exists() for name in FOLDERS):
        raise BackupError("目标位置已经有数据，没有恢复。请用 --data 指定一个新的数据目录。")
    try:
        count = restore_files(file, folder)
        if connection.vendor == "postgresql":
            found = restore_postgres(file, folder, str(connection.settings_dict["NAME"]))
        else:
            found = restore_sqlite(file, folder)
    except BackupError:
        for name in FOLDERS:
            shutil.rmtree(folder / name, ignore_errors=True)  # was not there before
        raise
    screen.say(f"文件    {count:,} 个")
    return found


def _drill(file: Path, folder: Path) -> Sums:
    from django.db import connection

    with tempfile.TemporaryDirectory(dir=folder, prefix=".drill-") as place:
        restore_files(file, Path(place))
        if connection.vendor != "postgresql":
            return restore_sqlite(file, Path(place))
        name = f"{connection.settings_dict['NAME']}_drill_{secrets.token_hex(4)}"
        with postgres("postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
            try:
                return restore_postgres(file, Path(place), name)
            finally:
                server.execute(f'DROP DATABASE "{name}"'.encode())


def _report(screen: Screen, manifest: dict[str, object], found: Sums) -> None:
    wrong = differences(manifest["tables"], found)
    screen.say(f"备份于  {manifest['made_at']}，版本 {manifest['version']}")
    if wrong:
        give_up(f"核对不一致的表：{'、'.join(wrong)}。这份备份不可靠，请换一份。", FOUND)
    screen.say(f"核对    {len(found)} 张表，{sum(int(rows) for rows, _ in found.values()):,} 行，和备份时完全一致")


def _check_opens(screen: Screen) -> None:
    """The keys must be those of the backup: without them every name stays closed."""
    from zhucan.base import audit, keyring
    from zhucan.base.permissions import SYSTEM

    if migrations_waiting():
        screen.say("下一步  备份来自较早的版本，请运行 zhucan setup 升级。")
        return
    try:
        keyring.forget()
        keyring.current("person")
    except keyring.KeyFileError as error:
        give_up(f"数据已恢复，但还不能用：{error}", NOT_READY)
    audit.record(by=SYSTEM, action="restore")
    screen.say("下一步  zhucan audit verify，然后 zhucan serve")


@audit_app.command(cls=ChineseCommand)
def verify(
    heads: Annotated[
        Path | None,
        typer.Option(
            "--heads", help="链头文件在哪个文件夹；用另存在别处的一份更可靠。", metavar="文件夹", show_default=False
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """核对操作记录：有没有被改动、删除、插入或换掉，在哪里。"""
    open_office(data)
    demand_ready()
    if heads is not None and not heads.is_dir():
        give_up(f"找不到链头文件夹“{heads}”。请检查路径。", WRONG_COMMAND)

    from zhucan.base.models import AuditEvent, AuditLink
    from zhucan.base.verifying import verify_chain

    faults = verify_chain(heads)
    screen = Screen(plain=True)
    for fault in faults[:_FAULTS_SHOWN]:
        screen.say(f"  {fault}")
    if len(faults) > _FAULTS_SHOWN:
        screen.say(f"  另有 {len(faults) - _FAULTS_SHOWN:,} 处")
    if faults:
        give_up("操作记录和写下时不一样。请保留现场，不要再写入，并通知审计人员。", FOUND)
    links, events = AuditLink.objects.count(), AuditEvent.objects.count()
    screen.say(f"核对了 {links:,} 条操作记录，和写下时一样。")
    if events > links:
        screen.say(f"另有 {events - links:,} 条刚写下，还没有封存；后台任务运行时几秒内封存。")
