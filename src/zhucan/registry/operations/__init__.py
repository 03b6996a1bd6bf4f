"""Writes of the registry: each one transaction, one audit event, and word to the apps above on commit."""
