"""Writes to the tables of ``base``."""
