"""Ledgers of the register, one module each; households/registrations.py makes them known."""

from households.ledgers.households import HOUSEHOLDS
from households.ledgers.persons import PERSONS

LEDGERS = (HOUSEHOLDS, PERSONS)
