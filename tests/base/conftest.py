"""A small country: one district with a township and a village, its neighbour, and a city without counties."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import psycopg
import pytest

from zhucan.base.enums import OrganKind, Role
from zhucan.base.models import Division, Organ, Post, User
from zhucan.base.operations.divisions import load_divisions
from zhucan.base.permissions import SYSTEM, Actor
from zhucan.base.queries.staff import actor_of

ON = date(2026, 11, 1)
ROWS = [
    (110000000000, "北京市", 1), (110100000000, "市辖区", 2), (110101000000, "东城区", 3),
    (110101001000, "东华门街道", 4), (110101001001, "多福巷社区居委会", 5),
    (440000000000, "广东省", 1), (441900000000, "东莞市", 2), (441900003000, "东城街道", 4),
    (441900003001, "岗贝社区居民委员会", 5),
    (450000000000, "广西壮族自治区", 1), (450800000000, "贵港市", 2), (450802000000, "港北区", 3),
    (450803000000, "港南区", 3), (450803105000, "八塘街道", 4), (450803105201, "白山村委会", 5),
    (450803105202, "和平村民委员会", 5), (450803106000, "新塘镇", 4),
    (620000000000, "甘肃省", 1), (620200000000, "嘉峪关市", 2), (620201000000, "嘉峪关市", 3),
]  # fmt: skip


def table(path: Path, rows: list[tuple[int, str, int]] = ROWS) -> Path:
    """A Parquet file of divisions."""
    pl.DataFrame(rows, schema=["code", "name", "level"], orient="row").write_parquet(path)
    return path


@pytest.fixture
def country(db: None, tmp_path: Path) -> None:
    load_divisions(table(tmp_path / "divisions.parquet"), by=SYSTEM)


@pytest.fixture
def post(country: None) -> Callable[..., Post]:
    """Makes a post as it stands in the database, rules aside."""

    def make(role: Role = Role.CLERK, code: int = 450803000000, username: str = "", **more: object) -> Post:
        division = Division.objects.get(code=code)
        organ, _ = Organ.objects.get_or_create(
            name=f"{division.name}残联", defaults={"kind": OrganKind.FEDERATION, "division": division}
        )
        username = username or f"user.{User.objects.count()}"
        user = User.objects.filter(username=username).first() or User.objects.create(username=username, name="某人")
        values: dict[str, object] = {"from_": date(2026, 1, 1)} | more
        return Post.objects.create(user=user, organ=organ, role=role, division=division, **values)  # type: ignore[misc]

    return make


@pytest.fixture
def admin(post: Callable[..., Post]) -> Actor:
    """The administrator of 港南区."""
    return actor_of(post(Role.ADMINISTRATOR, username="admin"))


@pytest.fixture
def actor(post: Callable[..., Post]) -> Actor:
    """A clerk of 港南区."""
    return actor_of(post())


def postgresql() -> str:
    """The address of a PostgreSQL server for tests that run programs of their own; skips where none listens."""
    url = os.environ.get("ZHUCAN_DATABASE") or "postgresql://postgres@127.0.0.1:5432/postgres"
    try:
        psycopg.connect(url.rpartition("/")[0] + "/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no PostgreSQL listens on this machine")
    return url.rpartition("/")[0]
