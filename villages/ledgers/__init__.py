"""Ledgers of villages, one module each; villages/registrations.py makes them known."""

from villages.ledgers.exits import EXITS
from villages.ledgers.villages import VILLAGES

LEDGERS = (VILLAGES, EXITS)
