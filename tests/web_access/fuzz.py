"""R18: nonsense for every form of every page. No answer may be a fault of ours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.web_access.matrix import World
from tests.web_access.tour import FoundForm, forms_of, tour

_WORDS = [
    "", " ", "\0", "a\0b", "a" * 100_000, "张" * 5_000, "😀" * 300, "\u202e\u200b", "%00", "%", "../../etc/passwd",
    "<script>alert(1)</script>", "' OR 1=1 --", "{{ 7*7 }}", "0", "-1", "1.5", "1e308", "9" * 19, "9" * 40, "NaN",
    "١٢٣", "２０２６", "2026-02-30", "0001-01-01", "9999-12-31", "2026-11-22T99:99", "true", "null", "[]", "{}",
    "00000000-0000-0000-0000-000000000000", "not-a-uuid", "450803", "450803000000", "999999999999",
    "450803195603121117", "=1+1", "\r\nSet-Cookie: a=b", "//evil.example", "javascript:alert(1)", "a b c", ",",
    "*", "\\", "\u2028",
]  # fmt: skip
_NAMES = ["a.xlsx", "a.csv", "x", "..\\..\\a.xls", "a" * 300 + ".csv", "\u202excod.exe", "名单.xlsx", "a.zip"]
_BROKEN = (
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb"),
    ("multipart/form-data", b"nothing"), ("application/json", b"{"), ("text/plain", b"\xff\xfe\x00"),
    ("application/x-www-form-urlencoded", b"\xff=\xfe&a[]=%zz&&==&\x00"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=b"), ("multipart/form-data; boundary=", b""),
)  # fmt: skip


def all_forms(world: World) -> list[FoundForm]:
    """Every form of every page, each once for where it is sent, how, and with which fields."""
    found: dict[tuple[object, ...], FoundForm] = {}
    for stop in tour(world):
        for form in forms_of(stop):
            key = (form.action.split("?")[0], form.method, tuple(sorted(form.fields)), stop.client)
            found.setdefault(key, form)
    return list(found.values())


def cases(form: FoundForm, draw: random.Random, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many ways to send a form: mostly right with one field wrong, all wrong, fields missing, doubled, unknown."""
    names = [name for name in form.fields if name != "csrfmiddlewaretoken"]
    for turn in range(number):
        sent: dict[str, Any] = {name: _likely(form, name, draw) for name in names}
        if turn % 3 == 0:
            sent = {name: _value(form, name, draw) for name in names if draw.random() < 0.9}
        elif names:
            name = names[turn % len(names)]
            sent[name] = _value(form, name, draw)
        if turn % 5 == 4 and names:
            name = draw.choice(names)
            sent[name] = [_value(form, name, draw), _value(form, name, draw)]
        if turn % 7 == 6:
            sent[draw.choice(_WORDS)[:50] or "unknown"] = draw.choice(_WORDS)
        yield f"case {turn}", sent


def _likely(form: FoundForm, name: str, draw: random.Random) -> Any:
    if form.choices.get(name):
        return draw.choice(form.choices[name])
    kind = form.fields[name]
    if kind == "file":
        return _file(draw)
    return {"date": "2026-11-22", "number": "5"}.get(kind, "陈小明")


def _value(form: FoundForm, name: str, draw: random.Random) -> Any:
    if form.fields[name] == "file":
        return _file(draw)
    return draw.choice(_WORDS)


def _file(draw: random.Random) -> SimpleUploadedFile:
    content = draw.choice(
        [b"", b"PK\x03\x04" + draw.randbytes(300), draw.randbytes(500), b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0"]
    )
    return SimpleUploadedFile(draw.choice(_NAMES), content)


def fuzz(world: World, number: int, seed: int) -> tuple[int, int, list[str]]:
    """How many forms and cases were sent, and what was answered with a fault of ours."""
    forms, done, faults = all_forms(world), 0, []
    for place, form in enumerate(forms):
        draw = random.Random(seed * 1000 + place)
        for what, sent in cases(form, draw, number):
            status = _send(form, sent)
            done += 1
            if status >= 500:
                faults.append(f"{form}: {what} {_short(sent)}: {status}")
        for kind, data in _BROKEN if form.method == "post" else ():
            status = _status(form.client, "POST", form.action, data, kind)
            done += 1
            if status >= 500:
                faults.append(f"{form}: {kind} {data!r}: {status}")
    return len(forms), done, faults


def fuzz_addresses(world: World) -> tuple[int, list[str]]:
    """Bad ids and query strings at every address; how many were asked, and the faults."""
    done, faults = 0, []
    for stop in tour(world):
        for query in _queries():
            done += 1
            status = _status(stop.client, "GET", f"{stop.url.split('?')[0]}?{query}", b"", "")
            if status >= 500:
                faults.append(f"{stop.target.name}?{query[:80]}: {status}")
        for bad in _paths(stop.url.split("?")[0]):
            done += 1
            status = _status(stop.client, "GET", bad, b"", "")
            if status >= 500:
                faults.append(f"{bad[:80]}: {status}")
    return done, faults


_ASKED = (
    "page", "after", "before", "sort", "county", "place", "township", "village", "kind", "from_", "until", "user",
    "person", "organ", "on", "month", "policy", "id", "q", "next", "as_of", "fact",
)  # fmt: skip


def _queries() -> Iterator[str]:
    for word in ("\0", "9" * 40, "-1", "9999-12-31", "0001-01-01", "张" * 50, "not-a-uuid", "２", "%"):
        yield urlencode(dict.fromkeys(_ASKED, word))
    yield "%ff=%fe&&=&page[]=1&page=1&page=2"


def _paths(url: str) -> Iterator[str]:
    parts = url.split("/")
    for place, part in enumerate(parts):
        if part.isdigit():
            yield "/".join([*parts[:place], "9" * 30, *parts[place + 1 :]])
        elif _is_uuid(part):
            yield "/".join([*parts[:place], "f" * 8 + part[8:], *parts[place + 1 :]])


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _send(form: FoundForm, sent: dict[str, Any]) -> int:
    with transaction.atomic():
        cookies = form.client.cookies.copy()
        answer = form.client.post(form.action, sent) if form.method == "post" else form.client.get(form.action, sent)
        _drain(answer)
        form.client.cookies = cookies
        transaction.set_rollback(True)
    return int(answer.status_code)


def _status(client: Client, method: str, url: str, data: bytes, kind: str) -> int:
    with transaction.atomic():
        cookies = client.cookies.copy()
        answer = client.generic(method, url, data, kind or "application/octet-stream")
        _drain(answer)
        client.cookies = cookies
        transaction.set_rollback(True)
    return int(answer.status_code)


def _drain(answer: Any) -> None:
    if answer.streaming:
        b"".join(answer.streaming_content)


def _short(sent: dict[str, Any]) -> str:
    return ", ".join(f"{name[:20]}={str(value)[:30]!r}" for name, value in sent.items())
