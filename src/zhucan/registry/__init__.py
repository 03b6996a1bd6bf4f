"""Whose life it is about: persons, certificates, households, organisations, their facts and receipts."""
