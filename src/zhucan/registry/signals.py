"""What the registry tells apps above it."""

from django.dispatch import Signal

persons_changed = Signal()
"""Sent on commit after anything a determination reads has changed. ``county``: 6 digits; ``person_ids``: a frozenset of
ids, None where everybody of the county may be touched (a list was loaded or undone); ``by``: the Actor.
"""
