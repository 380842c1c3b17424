"""The levels and lanes of a procedure: who acts where, and which acts one person must not combine."""

from django.db import models


class Level(models.TextChoices):
    """The administrative level at which a transition is decided."""

    VILLAGE = "village", "村"
    TOWNSHIP = "township", "乡镇"
    COUNTY = "county", "县"

    @property
    def code_length(self) -> int:
        """Longest area code of a posting that may act at this level: a village posting never acts for the
        county.
        """
        return {"village": 12, "township": 9, "county": 6}[self.value]


class Lane(models.TextChoices):
    """The part a transition plays. Maker is not checker: see lanes.py."""

    PROPOSE = "propose", "提出"
    VERIFY = "verify", "核实"
    DECIDE = "decide", "审定"
    RECORD = "record", "登记"  # writes down what happened; neither makes nor checks


CHECKED_LANES = frozenset({Lane.PROPOSE, Lane.VERIFY, Lane.DECIDE})
