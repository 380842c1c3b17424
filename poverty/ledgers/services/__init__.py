"""Verbs of ledgers."""
