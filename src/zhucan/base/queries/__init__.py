"""Questions to the tables of ``base``."""
