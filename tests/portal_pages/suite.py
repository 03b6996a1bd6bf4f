"""All checks of a page in one: what the sample of CI and ``benchmarks/portal.py`` both go through."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.portal_pages import checks, measures
from tests.portal_pages.browsing import Shown, language_of


def faults_of(page: Page, shown: Shown, *, size: str = "normal", with_axe: bool = True) -> list[str]:
    """What breaks a rule on this page as it stands; last what spoils it for others (A1, A2, A6-A11, A15, A21-A27)."""
    return checks.outline(page, language=language_of(shown)) + faults_of_look(page, size=size, with_axe=with_axe)


def faults_of_look(page: Page, *, size: str = "normal", with_axe: bool = True) -> list[str]:
    """The part of it that theme, width and size can change."""
    found = checks.keyboard(page)
    checks.unfold(page)
    found += checks.looks(page, size=size) + checks.contrast(page) + page.evaluate(measures.STILL)
    if with_axe:
        found += checks.rules(page)
    return found + checks.spacing(page)
