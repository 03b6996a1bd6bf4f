"""The pictures of the README, from the real output of ``make demo-files``: the summary page and a printed visit sheet.

Needs Chromium, LibreOffice and poppler. Run with: make pictures
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parent
ROOT = IMAGES.parent.parent
RESULT = ROOT / "build" / "demo-files" / "result"
TOWNSHIP, PAGE = "桥圩镇", 3
VIEW = {"width": 1120, "height": 860}


def needed(*names: str) -> str:
    """The path of the first of these programs; ends the script where none is there."""
    path = next((found for found in map(shutil.which, names) if found), None)
    if path is None:
        sys.exit(
            f"{names[0]} is missing. On Debian: apt install chromium libreoffice-calc poppler-utils fonts-noto-cjk"
        )
    return path


def picture_summary(target: Path) -> None:
    """The top of the summary page, in light colours, as a reader first sees it."""
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=needed("chromium", "chromium-browser", "google-chrome"))
        page = browser.new_page(viewport=VIEW, color_scheme="light", device_scale_factor=1.5)
        page.goto((RESULT / "summary.html").as_uri())
        page.screenshot(path=target)
        browser.close()


def picture_visit_sheet(target: Path) -> None:
    """One village of a township's visit sheet as printed; the first page is the index."""
    sheet = next(path for path in sorted((RESULT / "入户核查表").glob("*.xlsx")) if TOWNSHIP in path.name)
    with tempfile.TemporaryDirectory() as folder:
        office = [needed("soffice", "libreoffice"), "--headless", f"-env:UserInstallation=file://{folder}/profile"]
        subprocess.run(
            [*office, "--convert-to", "pdf", "--outdir", folder, str(sheet)], check=True, capture_output=True
        )
        pdf = Path(folder) / f"{sheet.stem}.pdf"
        first_page = ["-png", "-r", "110", "-f", str(PAGE), "-l", str(PAGE), "-singlefile"]
        subprocess.run([needed("pdftoppm"), *first_page, str(pdf), str(target.with_suffix(""))], check=True)


def main() -> None:
    """Make the sample county, match it, and take the pictures."""
    subprocess.run(["make", "demo-files"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    picture_summary(IMAGES / "summary.png")
    picture_visit_sheet(IMAGES / "visit-sheet.png")


if __name__ == "__main__":
    main()
