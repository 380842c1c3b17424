"""Ledgers of what every procedure has, whatever its cases are: notices, meetings, late entries."""

from poverty.ledgers.procedures.late_entries import LATE_ENTRIES
from poverty.ledgers.procedures.meetings import MEETINGS
from poverty.ledgers.procedures.notices import NOTICES

LEDGERS = (NOTICES, MEETINGS, LATE_ENTRIES)
