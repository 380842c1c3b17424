"""Questions about steps and fact entries."""

from django.db import models
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from poverty.sql.prefix import within


class StepQuerySet(models.QuerySet):
    """Steps, in the order in which they were recorded."""

    def of_case(self, case_type: str, case_id: int):
        """The steps of one case, oldest first."""
        return self.filter(case_type=case_type, case_id=case_id).order_by("id")

    def visible_to(self, user, right: str = "household.view"):
        """Steps of the places in which the user holds the right, as the places were on the day."""
        return self.filter(within("area_code", user.scope(right).areas))

    def under(self, area_code: str):
        """Steps of a place and of those below it."""
        return self.filter(within("area_code", [area_code]))

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


def _whole(user, right: str) -> list[str]:
    """Area codes of the postings that carry a right for all sectors: what concerns whole households."""
    return [grant.area for grant in user.scope(right).grants if not grant.sector]


class RosterQuerySet(models.QuerySet):
    """Lists."""

    def visible_to(self, user, right: str = "household.view"):
        """Lists of the places in which, or below which, the user holds the right for all sectors. Who is paired with one
        household sees no list, nor does a bureau: it sees its own indicator.
        """
        return self.filter(within("area_code", _whole(user, right)))

    def under(self, area_code: str):
        """Lists of a place and of those below it; "" is everywhere."""
        return self.filter(within("area_code", [area_code]))


class RosterEntryQuerySet(models.QuerySet):
    """Cases on lists."""

    def standing(self):
        """Those that have not left their list."""
        return self.filter(left_on__isnull=True)

    def on_sheet(self, posted_on, recorded_at):
        """Those that stood on a sheet posted on a day, also who has left since; of which list is asked beside. Given as
        values or as expressions.

        Who left on the day of posting stood on it only when he left after it was recorded: whoever is parted for it
        (services/parting.py), or left in the morning, does not hang.
        """
        return self.filter(
            Q(left_on__isnull=True)
            | Q(left_on__gt=posted_on)
            | Q(left_on=posted_on, left_at__gte=recorded_at)
        )

    def left_sheet(self, posted_on, recorded_at):
        """Those that stood on a sheet and have left the list since."""
        return self.on_sheet(posted_on, recorded_at).filter(left_on__isnull=False)


class MeetingQuerySet(models.QuerySet):
    """Meetings."""

    def visible_to(self, user, right: str = "household.view"):
        """Meetings of the places in which, or below which, the user holds the right for all sectors."""
        return self.filter(within("area_code", _whole(user, right)))

    def under(self, area_code: str):
        """Meetings of a place and of those below it; "" is everywhere."""
        return self.filter(within("area_code", [area_code]))

    def open(self):
        """Meetings whose items may still be entered."""
        return self.filter(closed_at__isnull=True)


class NoticeQuerySet(models.QuerySet):
    """Public notices."""

    def visible_to(self, user, right: str = "household.view"):
        """Notices of the places in which, or below which, the user holds the right for all sectors."""
        return self.filter(within("area_code", _whole(user, right)))

    def under(self, area_code: str):
        """Notices of a place and of those below it; "" is everywhere."""
        return self.filter(within("area_code", [area_code]))

    def standing(self):
        """Notices that were not withdrawn."""
        return self.filter(withdrawn_on__isnull=True)

    def running_on(self, day):
        """Notices that hang on a day."""
        return self.standing().filter(posted_on__lte=day, last_day__gte=day)

    def ended_before(self, day):
        """Notices whose last day lies before a day: on that day the next step may happen."""
        return self.standing().filter(last_day__lt=day)


class ObjectionQuerySet(models.QuerySet):
    """Objections."""

    def visible_to(self, user, right: str = ""):
        """Objections of the places in which, or below which, the user holds the right.

        Without one: who objects is known to those who take in and answer, and to the auditor.
        """
        codes = [right] if right else ["objection.enter", "objection.settle", "audit.view"]
        return self.filter(within("area_code", {area for code in codes for area in _whole(user, code)}))

    def under(self, area_code: str):
        """Objections of a place and of those below it; "" is everywhere."""
        return self.filter(within("area_code", [area_code]))

    def open(self):
        """Objections that nobody has answered."""
        return self.filter(state="received")

    def late_on(self, day):
        """Objections that should have been answered before a day."""
        return self.open().filter(due_on__lt=day)
