"""The sample county's offices for the portal: all addresses, hours and numbers are invented, and said to be so."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

_HEADINGS = ("division", "name", "kind", "address", "hours", "phone", "text", "note", "source")
_HOURS = "星期一到星期五，上午 8:30 到 12:00，下午 3:00 到 6:00"
_NOTE = "虚构：地址、时间、电话都不是真的。"
_SOURCE = "演示数据，全部虚构"
_WAY = "预约后到窗口当面写；也可以写信寄到上面的地址"
_FEDERATION_WAY = "微信公众号“演示残联”里发文字；写信；预约后到窗口当面写"


def write_sample_offices(data: Path, county: tuple[int, str], townships: Sequence[tuple[int, str]]) -> Path:
    """Write the offices of a county and its townships (each by its path of 12 digits and name) where the application
    in ``data`` reads the office's own content; returns the file.
    """
    path = data / "content" / "offices" / "offices.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    county_path, county_name = county
    rows = [[
        str(county_path // 10**6), f"{county_name}残疾人联合会", "残联", f"{county_name}虚构路 1 号一楼，门口有坡道",
        _HOURS, _phone(1), _FEDERATION_WAY, _NOTE, _SOURCE,
    ]]  # fmt: skip
    rows += [
        [
            str(place // 10**3), f"{name}便民服务中心", "办事窗口", f"{name}虚构街 {number} 号一楼", _HOURS,
            _phone(number), _WAY, _NOTE, _SOURCE,
        ]
        for number, (place, name) in enumerate(townships, 2)
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_HEADINGS, *rows])
    return path


def _phone(number: int) -> str:
    """A number nobody has."""
    return f"0775-{number:07d}"
