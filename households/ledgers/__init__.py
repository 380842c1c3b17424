"""Ledgers of the register, one module each; households/registrations.py makes them known."""

from households.ledgers.benefits import LEDGERS as BENEFITS
from households.ledgers.changes import CHANGES
from households.ledgers.duties import DUTIES, PRESENCE
from households.ledgers.entries import ENTRIES
from households.ledgers.exited import EXITED
from households.ledgers.exits import EXITS
from households.ledgers.gaps import GAPS
from households.ledgers.goods import GOODS_LEDGER
from households.ledgers.helping import HELPING
from households.ledgers.households import HOUSEHOLDS
from households.ledgers.incomes import INCOMES
from households.ledgers.measures import MEASURES, NEEDS
from households.ledgers.monitoring import CLUES, MONITORED
from households.ledgers.movements import CAME, LEFT
from households.ledgers.national import NATIONAL
from households.ledgers.persons import PERSONS
from households.ledgers.relocation import RELOCATION_APPLICATIONS
from households.ledgers.responsibilities import CADRE_TRAININGS, RESPONSIBILITIES
from households.ledgers.sales import SALES
from households.ledgers.standing import STANDING
from households.ledgers.steps import STEPS
from households.ledgers.teaching import CHARGES, TEACHING
from households.ledgers.village_register import TOWNSHIP_BOOK, VILLAGE_REGISTER
from households.ledgers.visits import VISITS

LEDGERS = (
    HOUSEHOLDS,
    PERSONS,
    EXITED,
    EXITS,
    INCOMES,
    STANDING,
    GAPS,
    GOODS_LEDGER,
    STEPS,
    HELPING,
    TEACHING,
    CHARGES,
    RELOCATION_APPLICATIONS,
    DUTIES,
    PRESENCE,
    VISITS,
    RESPONSIBILITIES,
    CADRE_TRAININGS,
    CHANGES,
    ENTRIES,
    CAME,
    LEFT,
    MEASURES,
    NEEDS,
    MONITORED,
    CLUES,
    *BENEFITS,
    SALES,
    NATIONAL,
    VILLAGE_REGISTER,
    TOWNSHIP_BOOK,
)
