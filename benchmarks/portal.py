"""Every page of the portal in every theme, width, size and kind of text, held to the accessibility bars; and pictures.

``python benchmarks/portal.py OUT [--only PART] [--themes light,dark] [--widths 320,1280] [--sizes normal,huge]
[--no-axe] [--no-pictures] [--keep]`` makes a small office (kept in ``OUT/office``; delete it to have it made anew),
prints what breaks a rule with page, theme, width and size, and saves a picture of each look below ``OUT/pictures`` (A1,
A2, A6-A13, A15, A21, A25-A27). Axe and the keyboard go through the first size; in the others is measured what size can
change. Once a page besides: at 400 %, with text of twice the size, in the system's own colours, moving, and on a slow
line; ``OUT/weights.csv`` has bytes and seconds. ``--keep`` appends the figures to ``benchmarks/results/portal.md``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright
from results import keep_result

from tests.conftest import program
from tests.journeys.conftest import Server, Visitor, make_office, start
from tests.portal_pages import checks, measures
from tests.portal_pages.browsing import THEMES, Shown, language_of, open_page, pages_of
from tests.portal_pages.office import MODULE
from tests.portal_pages.suite import faults_of_look

_DRESS = """
([theme, size]) => { Object.assign(document.documentElement.dataset, {theme, size}); document.adoptedStyleSheets = [];
  document.querySelectorAll('details').forEach(one => { one.open = false; }); }
"""
"""What the server writes for the reader's cookies; and everything folded as it came."""
WIDTHS, SIZES = "320,1280", "normal,huge"


class Run:
    """One run: what is asked, what was found. ``count``: pages opened; ``kinds``: faults by their words."""

    def __init__(self, asked: argparse.Namespace, visit: Visitor, server: Server) -> None:
        self.asked, self.visit, self.server = asked, visit, server
        self.count = 0
        self.kinds: Counter[str] = Counter()
        self.heaviest: tuple[int, str] = (0, "")
        self.slowest: tuple[float, str] = (0.0, "")
        self.first = ""

    def every_look(self, shown: Shown) -> None:
        """A page in all themes, widths and sizes: opened once, then dressed anew."""
        looks = list(looks_of(self.asked))
        theme, width, size = looks[0]
        page = open_page(self.visit, self.server, shown, theme=theme, width=width, size=size)
        self._note(shown.key, checks.outline(page, language=language_of(shown)))
        for theme, width, size in looks:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(_DRESS, [theme, size])
            where = f"{shown.key} {theme} {width} {size}"
            if not self.asked.no_pictures:
                picture = self.asked.out / "pictures" / f"{shown.key}-{theme}-{width}-{size}.png"
                page.screenshot(path=picture, full_page=True)
            if size == self.asked.sizes.split(",")[0]:
                self._note(where, faults_of_look(page, size=size, with_axe=not self.asked.no_axe))
            else:
                checks.unfold(page)
                self._note(where, checks.looks(page, size=size))
        page.context.close()

    def once(self, shown: Shown) -> None:
        """What is looked at once a page: zoom, large text, the system's colours, movement, paper, a slow line."""
        page = open_page(self.visit, self.server, shown, height=256)
        self._note(f"{shown.key} at 400 %", checks.zoomed(page))
        page.context.close()
        page = open_page(self.visit, self.server, shown, width=1280)
        self._note(f"{shown.key} twice as large", checks.double_text(page))
        page.context.close()
        page = open_page(self.visit, self.server, shown, forced_colors="active")
        self._note(f"{shown.key} in forced colours", page.evaluate(measures.OUTLINED) + checks.keyboard(page))
        page.context.close()
        page = open_page(
            self.visit, self.server, shown, reduced_motion="no-preference", theme="auto", color_scheme="dark"
        )
        moving = [each for each in page.evaluate(measures.STILL) if "skip" not in each]
        self._note(f"{shown.key} dark by the system", moving + checks.contrast(page))
        if shown.form is None:
            self._weigh(page, shown)
        page.context.close()

    def _weigh(self, page: object, shown: Shown) -> None:
        size, taken, asked = checks.weight(page, shown.url)  # type: ignore[arg-type]
        most = checks.FIRST_PAGE if shown.address == "portal:home" else checks.ANY_PAGE
        if shown.key == "home":
            self.first = f"{size / 1000:.1f} KB, usable after {taken:.2f} s"
        self.heaviest = max(self.heaviest, (size, shown.key))
        self.slowest = max(self.slowest, (taken, shown.key))
        faults = [f"{size} bytes"] if size > most else []
        faults += [f"usable after {taken:.1f} s"] if taken > checks.SECONDS else []
        faults += [f"asks {url}" for url in asked if not url.startswith((self.server.url, "data:"))]
        self._note(f"{shown.key} on a slow line", faults)
        with (self.asked.out / "weights.csv").open("a", encoding="utf-8") as file:
            file.write(f"{shown.key},{size},{taken:.2f},{len(asked)}\n")

    def _note(self, where: str, faults: list[str]) -> None:
        self.count += 1
        faults = faults + self.visit.seen.faults
        self.visit.seen.faults.clear()
        self.visit.contexts.clear()
        self.kinds.update(re.sub(r"\d+(\.\d+)?", "…", fault) for fault in faults)
        for fault in faults:
            print(f"{where}: {fault}", flush=True)


def main() -> None:
    """Print it."""
    asked = _arguments()
    office = asked.out / "office"
    if not (office / "pages.json").is_file():
        make_office(office, module=MODULE)
    pages = [one for one in pages_of(office) if asked.only in one.key]
    shutil.rmtree(asked.out / "run", ignore_errors=True)
    (asked.out / "run").mkdir(parents=True)
    (asked.out / "pictures").mkdir(exist_ok=True)
    (asked.out / "weights.csv").write_text("page,bytes,seconds,requests\n", encoding="utf-8")
    server = start(office, asked.out / "run", which="pages")
    began = time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        run = Run(asked, Visitor(browser), server)
        for shown in pages:
            run.every_look(shown)
            run.once(shown)
        browser.close()
    server.stop()
    lines = [
        f"{len(pages)} pages and states, {run.count} looks ({asked.themes} × {asked.widths} px × {asked.sizes}), "
        f"{time.monotonic() - began:.0f} s",
        f"{run.kinds.total()} faults of {len(run.kinds)} kinds; axe {'left out' if asked.no_axe else 'with all rules'}",
        f"first page: {run.first}",
        f"heaviest: {run.heaviest[0] / 1000:.1f} KB ({run.heaviest[1]}); "
        f"slowest at 400 kbit/s and 400 ms: {run.slowest[0]:.2f} s ({run.slowest[1]})",
    ]
    print("\n".join(lines))
    if asked.keep:
        keep_result("portal", lines)


def looks_of(asked: argparse.Namespace) -> Iterator[tuple[str, int, str]]:
    """Every theme, width and size asked for."""
    for theme in asked.themes.split(","):
        for width in map(int, asked.widths.split(",")):
            for size in asked.sizes.split(","):
                yield theme, width, size


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--widths", default=WIDTHS)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--no-axe", action="store_true")
    parser.add_argument("--no-pictures", action="store_true")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
