"""Writes of ``exchange``."""
