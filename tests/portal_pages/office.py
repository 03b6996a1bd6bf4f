"""A small office whose portal is looked at, made once and copied: ``python -m tests.portal_pages.office FOLDER``.

``FOLDER/pages`` is the data directory with sessions of people who answered, ``FOLDER/pages.json`` what every address
shows (see ``tests.portal_pages.examples``), and ``FOLDER/html`` each page as the server sent it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.journeys.office import open_office, people_of_the_offices, session, settle

MODULE = "tests.portal_pages.office"
COOKIES = {"plain": {}, "easy": {"text": "easy"}, "english": {"language": "en"}}
"""How each kind of text is asked for."""


def main(folder: Path) -> None:
    """Make it all."""
    open_office(MODULE, folder)
    posts = people_of_the_offices(folder, with_others=True)
    (folder / "sessions.json").write_text(json.dumps({name: session(post) for name, post in posts.items()}))
    from tests.portal_pages.examples import EXAMPLES, SENDS_ON, Office, remarks
    from zhucan.web.access import addresses

    office, found, missing = Office(codes=remarks("officer")), [], []
    (folder / "html").mkdir()
    for address in addresses():
        if not address.name.startswith("portal:") or address.name in SENDS_ON:
            continue
        if address.name not in EXAMPLES:
            missing.append(address.name)
            continue
        for example in EXAMPLES[address.name](office):
            for text in example.texts:
                found.append(_shown(folder, address.name, example, text))
    (folder / "pages.json").write_text(json.dumps({"pages": found, "missing": missing}, ensure_ascii=False, indent=1))
    settle()


def _shown(folder: Path, address: str, example: object, text: str) -> dict[str, object]:
    """The page as the test client gets it, kept as a file; and all a browser needs to come to the same."""
    from django.conf import settings
    from django.test import Client

    from tests.portal_pages.examples import Example

    assert isinstance(example, Example)
    client = Client()
    if example.session:
        client.cookies[settings.SESSION_COOKIE_NAME] = example.session
    for name, value in COOKIES[text].items():
        client.cookies[name] = value
    answer = client.get(example.url)
    if example.form is not None:
        is_sent = f'action="{example.url}"' in answer.content.decode() or 'method="post"' in _form(
            answer.content.decode()
        )
        form = dict(example.form)
        answer = client.post(example.url, form) if is_sent else client.get(example.url, form)
    key = example.name if text == "plain" else f"{example.name}-{text}"
    (folder / "html" / f"{key}.html").write_bytes(answer.content)
    return {
        "key": key, "address": address, "text": text, "state": example.state, "url": example.url,
        "session": example.session, "form": example.form, "status": answer.status_code, "wanted": example.status,
    }  # fmt: skip


def _form(page: str) -> str:
    """The tag of the first form in the page's main part."""
    main = page.partition("<main")[2]
    return main[main.find("<form") :].partition(">")[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
