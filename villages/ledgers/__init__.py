"""Ledgers of villages, one module each; villages/registrations.py makes them known."""

from villages.ledgers.exits import EXITS
from villages.ledgers.villages import VILLAGES
from villages.posts.ledger import POSTS_LEDGER

LEDGERS = (VILLAGES, EXITS, POSTS_LEDGER)
