"""``zhucan setup``: keys, tables, divisions, the first organ and its administrator. Run again, it adds what lacks."""

from __future__ import annotations

import secrets
import string
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhucan.cli_office.start import DataOption, database_trouble, open_office
from zhucan.cli_words import NO_FILES, NO_OUTPUT, NOT_READY, WRONG_COMMAND, Screen, give_up

if TYPE_CHECKING:
    from zhucan.base.models import Organ

_LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))

_FOLDERS = ("incoming", "static")
"""Uploads on their way in, and nothing: the static files come from the package, but the server asks for the folder."""


def setup(
    division: Annotated[
        str | None, typer.Option("--division", help="本单位的区划代码，6 位；第一次安装时要写。", metavar="代码")
    ] = None,
    admin: Annotated[str, typer.Option("--admin", help="第一个管理员的用户名。", metavar="用户名")] = "admin",
    organ: Annotated[
        str | None, typer.Option("--organ", help="本单位的名称，省略为“某某区残疾人联合会”。", metavar="名称")
    ] = None,
    divisions: Annotated[
        Path | None,
        typer.Option(
            "--divisions", help="区划代码表（parquet），省略为随程序带的全国表。", metavar="文件", show_default=False
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """安装或升级：生成密钥，建数据库，装入区划，建立本单位和第一个管理员。

    可以再次运行：已经有的不会改动。升级后也运行它。
    """
    screen = Screen(plain=True)
    folder = open_office(data)
    prepare_folder(folder)
    make_keys(screen)
    make_tables(screen)
    load_places(screen, divisions or shipped_divisions())
    _first_organ(screen, division, organ, admin)
    screen.say("下一步  zhucan serve")


def prepare_folder(folder: Path) -> None:
    """Make the data directory, for its owner only."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in _FOLDERS:
            (folder / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        give_up(f"不能建立数据目录“{folder}”：{error.strerror}。请换一个能写入的位置。", NO_OUTPUT)


def make_keys(screen: Screen) -> None:
    """Make the key file where there is none; never where the database is sealed with another one."""
    from django.conf import settings

    from zhucan.base import keyring

    path = Path(settings.ZHUCAN_KEYS)
    if path.exists():
        screen.say(f"密钥    已经有了：{path}")
        return
    if _has_sealed_data():
        give_up(
            f"数据库里有用旧密钥加密的数据，密钥文件却不在：{path}。请把保管的密钥文件放回去，不要重新生成。", NOT_READY
        )
    try:
        keyring.create_key_file(path)
    except OSError as error:
        give_up(f"不能写密钥文件“{path}”：{error.strerror}。", NO_OUTPUT)
    keyring.forget()
    screen.say(f"密钥    新生成在：{path}")
    screen.say("        请马上复制一份，存到另外的介质上，和备份分开保管。丢了它，个人信息再也打不开。")


def _has_sealed_data() -> bool:
    from django.db import DatabaseError, connection

    from zhucan.base.models import DataKey

    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(str(name)).is_file():
        return False
    try:
        return DataKey._meta.db_table in connection.introspection.table_names() and DataKey.objects.exists()
    except DatabaseError as error:
        give_up(database_trouble(error), NOT_READY)


def make_tables(screen: Screen) -> None:
    """Bring the tables to this version."""
    from django.core.management import call_command
    from django.db import DatabaseError

    from zhucan.base.keyring import KeyFileError

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except KeyFileError as error:
        give_up(str(error), NOT_READY)
    except DatabaseError as error:
        give_up(database_trouble(error), NOT_READY)
    screen.say("数据库  表已建好")


def shipped_divisions() -> Path:
    """The divisions of the whole country."""
    from zhucan.rules.content import shipped_content

    return shipped_content() / "divisions" / "divisions.parquet"


def load_places(screen: Screen, parquet: Path) -> None:
    """Load the divisions; those that are there already stay as they are, a newer table adds and renames."""
    from zhucan.base.errors import Refused
    from zhucan.base.models import Division
    from zhucan.base.operations.divisions import load_divisions
    from zhucan.base.permissions import SYSTEM

    if not Division.objects.exists():
        screen.say("区划    正在装入，全国的要一分钟以内")
    try:
        changed = load_divisions(parquet, by=SYSTEM)
    except Refused as refusal:
        give_up(str(refusal), NO_FILES)
    screen.say(f"区划    {Division.objects.count():,} 个，新增和改动 {changed:,} 个")


def _first_organ(screen: Screen, division: str | None, name: str | None, admin: str) -> None:
    from zhucan.base.models import Organ

    first = Organ.objects.order_by("pk").first()
    if first is not None:
        screen.say(f"单位    {first.name}")
    else:
        first = _create_organ(screen, division, name)
    _first_administrator(screen, first, admin)


def _create_organ(screen: Screen, division: str | None, name: str | None) -> Organ:
    from zhucan.base.enums import OrganKind
    from zhucan.base.operations.staff import create_organ
    from zhucan.base.permissions import SYSTEM
    from zhucan.base.queries.divisions import division_at

    if division is None or not (division.isascii() and division.isdigit() and len(division) == 6):
        give_up("第一次安装要写本单位的 6 位区划代码，例如 --division 450803。", WRONG_COMMAND)
    place = division_at(int(division) * 10**6)
    if place is None:
        give_up(f"没有代码是 {division} 的区划。请核对 6 位代码。", WRONG_COMMAND)
    created = create_organ(
        kind=OrganKind.FEDERATION, name=name or f"{place.name}残疾人联合会", division=place, by=SYSTEM, on=date.today()
    )
    screen.say(f"单位    {created.name}")
    return created


def _first_administrator(screen: Screen, organ: Organ, username: str) -> None:
    from zhucan.base.enums import Role
    from zhucan.base.errors import Refused
    from zhucan.base.models import Post
    from zhucan.base.operations.staff import create_user, give_post
    from zhucan.base.permissions import SYSTEM

    today = date.today()
    there = Post.objects.filter(role=Role.ADMINISTRATOR, until=None).select_related("user").first()
    if there is not None:
        screen.say(f"管理员  {there.user.username}")
        return
    password = one_time_password()
    try:
        user = create_user(username=username, name="系统管理员", password=password, by=SYSTEM, on=today)
    except Refused as refusal:
        give_up(f"{refusal}用户名请用 --admin 另写。", WRONG_COMMAND)
    give_post(
        user=user, organ=organ, role=Role.ADMINISTRATOR, division=organ.division, from_=today, until=None, by=SYSTEM,
        on=today,
    )  # fmt: skip
    screen.say(f"管理员  {username}，一次性密码 {password}")
    screen.say("        密码只显示这一次。第一次登录时要改密码，并绑定手机上的动态口令。")


def one_time_password() -> str:
    """Sixteen letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))
