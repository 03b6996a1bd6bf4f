"""What a matching adds up for pages: policies, presumptions, questions, lists loaded. Nobody's data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from zhucan.files.feeds import Feed
from zhucan.match.assess import Assessed
from zhucan.match.receipts import Receipts
from zhucan.match.summing import list_presumptions, list_questions
from zhucan.policies.library import book, library
from zhucan.policies.snapshots import Snapshot
from zhucan.registry.queries.known import loaded_feeds
from zhucan.rules.statements import is_stale

Plain = dict[str, object]


def numbers_of(county: int, as_of: date, snapshot: Snapshot, assessed: Assessed, receipts: Receipts) -> Plain:
    """The JSON of ``Matching.numbers``: keys ``month policies presumptions questions feeds persons alive expired``."""
    vocabulary = library().vocabulary
    presumed = list_presumptions(assessed.verdicts, assessed.found, receipts, book(), vocabulary)
    questions = list_questions(assessed.verdicts, assessed.found, receipts, vocabulary)
    frame = snapshot.frame
    return {
        "month": f"{as_of:%Y-%m}",
        "policies": [{"id": each.id, "zh": each.zh, "decides": each.decides} for each in assessed.policies],
        "compared": sorted(receipts.compared),
        "presumptions": [asdict(each) for each in presumed],
        "questions": [asdict(each) for each in questions],
        "feeds": _feeds(county, as_of),
        "persons": frame.height,
        "alive": frame.height - int(frame["deceased"].sum() or 0),
        "expired": int((frame["certificate_until"] <= as_of).sum() or 0),
    }


def _feeds(county: int, as_of: date) -> list[Plain]:
    """Every kind of list: whether it was loaded, of which day it tells, and which of its facts are past their time."""
    loaded = loaded_feeds(county)
    return [_feed(feed, feed.id in loaded, loaded.get(feed.id), as_of) for feed in book()]


def _feed(feed: Feed, is_loaded: bool, observed: date | None, as_of: date) -> Plain:
    facts = dict.fromkeys(library().vocabulary.fact(gives.fact) for gives in feed.gives)
    return {
        "feed": feed.id,
        "title": feed.title,
        "office": feed.office,
        "loaded": is_loaded,
        "observed": observed.isoformat() if observed else None,
        "stale": [fact.zh for fact in facts if is_stale(fact, observed, as_of)],
    }
