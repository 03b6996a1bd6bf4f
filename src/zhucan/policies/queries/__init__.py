"""Reads of ``policies``."""
