"""Every action that is recorded is told on pages in words, never as a code."""

from __future__ import annotations

import ast
from pathlib import Path

from zhucan.base.audit import action_words

SOURCES = Path(__file__).resolve().parents[2] / "src" / "zhucan"
WRITERS = {"record": None, "wrote": 1}
"""Functions that write events; the position of the action where it is not passed by name."""


def actions_recorded() -> set[str]:
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= set(_actions(node))
    return found


def _actions(call: ast.Call) -> list[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in WRITERS:
        return []
    given = [word.value for word in call.keywords if word.arg == "action"]
    place = WRITERS[name]
    given += [call.args[place]] if place is not None and len(call.args) > place else []
    texts = [each for one in given for each in ast.walk(one)]
    return [each.value for each in texts if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def test_every_recorded_action_has_words() -> None:
    recorded = actions_recorded()
    assert len(recorded) > 40
    assert not [action for action in sorted(recorded) if action_words(action) == action]
