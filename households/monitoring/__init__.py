"""Monitoring after 2020: regimes, rounds of looking, clues, and how a household comes under watch and leaves it."""
