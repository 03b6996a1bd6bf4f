"""The pictograms of easy text: which there are and what each shows. ``static/portal/pictograms.svg`` draws them.

Content names them by id (``pictogram`` of a fact and of a need), templates by ``{% pictogram "money" %}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Shown(NamedTuple):
    """What a pictogram stands for, in Chinese and in English."""

    zh: str
    en: str


PICTOGRAMS: Mapping[str, Shown] = MappingProxyType({
    "certificate": Shown("证件", "certificate"),
    "money": Shown("钱", "money"),
    "calendar": Shown("日期", "date"),
    "person": Shown("人", "person"),
    "child": Shown("孩子", "child"),
    "elder": Shown("老人", "older person"),
    "family": Shown("家人", "family"),
    "care": Shown("照顾", "care"),
    "medicine": Shown("药", "medicine"),
    "hospital": Shown("医院", "hospital"),
    "doctor": Shown("医生", "doctor"),
    "wheelchair": Shown("轮椅", "wheelchair"),
    "hearing-aid": Shown("助听器", "hearing aid"),
    "eye": Shown("眼睛", "eye"),
    "hand": Shown("手", "hand"),
    "prosthesis": Shown("假肢", "artificial leg"),
    "home": Shown("家", "home"),
    "ramp": Shown("坡道", "ramp"),
    "bed": Shown("床", "bed"),
    "school": Shown("学校", "school"),
    "book": Shown("书", "book"),
    "work": Shown("上班", "work"),
    "tools": Shown("工具", "tools"),
    "shop": Shown("小店", "shop"),
    "bus": Shown("公交车", "bus"),
    "car": Shown("小汽车", "car"),
    "card": Shown("卡", "card"),
    "bank": Shown("银行", "bank"),
    "phone": Shown("打电话", "phone call"),
    "message": Shown("短信", "text message"),
    "computer": Shown("电脑", "computer"),
    "office": Shown("办事窗口", "service counter"),
    "paper": Shown("材料", "papers"),
    "pen": Shown("填写", "filling in"),
    "photo": Shown("照片", "photo"),
    "question": Shown("问题", "question"),
    "yes": Shown("是", "yes"),
    "no": Shown("不是", "no"),
    "wait": Shown("等", "wait"),
    "law": Shown("法律", "law"),
    "talk": Shown("说话", "talking"),
    "map": Shown("地图", "map"),
    "heart": Shown("心", "heart"),
    "rain": Shown("下雨", "rain"),
    "insurance": Shown("保险", "insurance"),
})  # fmt: skip
"""Every pictogram by its id, in the order of the sprite; it cannot be changed."""


def is_pictogram(id_: str) -> bool:
    """Whether there is a pictogram with this id."""
    return id_ in PICTOGRAMS
