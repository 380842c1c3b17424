"""The state of one indicator: three values and "not assessed" (architecture 7).

Stored as SmallInteger; the numbers are part of the stored data and never change. NULL in a
column means that the standard in force does not have that indicator.
"""

from django.db import models


class State(models.IntegerChoices):
    """Ordered so that the worse of two assessed states is the smaller number."""

    UNMET = 0, "未达标"
    UNKNOWN = 1, "待核实"
    MET = 2, "达标"
    NOT_ASSESSED = 3, "不考核"


# Plain integers, so that they go into SQL expressions and raw statements as they are.
UNMET = int(State.UNMET)
UNKNOWN = int(State.UNKNOWN)
MET = int(State.MET)
NOT_ASSESSED = int(State.NOT_ASSESSED)


LABELS: dict[int, str] = {int(state): state.label for state in State}
