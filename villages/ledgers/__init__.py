"""Ledgers of villages, one module each; villages/registrations.py makes them known."""

from villages.enterprises.ledger import AGREEMENTS_LEDGER
from villages.evaluations.ledger import EVALUATIONS_LEDGER
from villages.ledgers.exits import EXITS
from villages.ledgers.villages import VILLAGES
from villages.posts.ledger import POSTS_LEDGER
from villages.workrooms.ledger import WORKROOMS_LEDGER

LEDGERS = (VILLAGES, EXITS, POSTS_LEDGER, WORKROOMS_LEDGER, EVALUATIONS_LEDGER, AGREEMENTS_LEDGER)
