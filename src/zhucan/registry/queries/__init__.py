"""Reads of ``registry``."""
