"""Questions about steps and fact entries."""

from django.db import models
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce


class StepQuerySet(models.QuerySet):
    """Steps, in the order in which they were recorded."""

    def of_case(self, case_type: str, case_id: int):
        """The steps of one case, oldest first."""
        return self.filter(case_type=case_type, case_id=case_id).order_by("id")

    def late(self):
        """Steps entered late (补录)."""
        return self.exclude(late_reason="")


class FactEntryQuerySet(models.QuerySet):
    """Who entered facts."""

    def of_case(self, case_type: str, case_id: int, round: int):
        """Entries of one case in one round."""
        return self.filter(case_type=case_type, case_id=case_id, round=round)


def open_round(steps: QuerySet, case_type: str, case_id) -> Coalesce:
    """Return the expression for the round that is open for a case; `case_id` is a field name of the outer
    query.

    One before the first step; the round of the last step, or the one after it when that step closed its
    round. `steps` is an unfiltered queryset of Step.
    """
    last = steps.filter(case_type=case_type, case_id=OuterRef(case_id)).order_by("-id")
    following = Case(
        When(closes_round=True, then=F("round") + 1), default=F("round"), output_field=IntegerField()
    )
    return Coalesce(Subquery(last.values_list(following)[:1]), Value(1), output_field=IntegerField())
