"""Reads of ``exchange``."""
