"""Writes of ``policies``."""
