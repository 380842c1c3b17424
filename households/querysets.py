"""Named questions about the register. Nothing here knows a request; every page begins with visible_to."""

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from households.options.kinds import GENERAL_RURAL
from poverty.areas.querysets import codes_above
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within


class PairingQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Pairings, of whatever day, of households that the user may see now."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))

    def open_on(self, day: date):
        """Pairings in force on a day."""
        return self.filter(valid_at(day))


def _in_scope(user, right: str, *, area: str, household: str) -> Q:
    """The rows a user may reach by one right: by area, and for helpers by pairing (never the whole village)."""
    scope = user.scope(right)
    condition = within(area, scope.areas)
    if scope.paired:
        condition |= Q(**{f"{household}__in": paired_with(user)})
    return condition


def paired_with(user):
    """Keys of the households paired with a helper today."""
    pairings = _pairing_model().objects.filter(valid_at(timezone.localdate()), helper_id=user.pk)
    return pairings.values("household_id")


def _pairing_model():
    # Resolved through the relation of Household, since models import this module.
    return apps.get_model("households", "Pairing")


class HouseholdQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Households a user may see now: those of the areas of his postings, or paired with him.

        A user without a posting that carries the right sees nothing.
        """
        return self.filter(_in_scope(user, right, area="area_id", household="pk"))

    def under(self, code: str):
        """Households now standing in an area; "" is everywhere."""
        return self.filter(within("area_id", [code]))

    def on_register(self):
        """Registered and not closed."""
        return self.filter(state="registered")

    def registered_poor(self):
        """On the poverty register (建档立卡), exited or not: every kind but 一般农户."""
        return self.exclude(kind=GENERAL_RURAL)

    def judged_in(self, period_to: date):
        """Households that are judged for an accounting period: registered, and not closed by its end."""
        return self.exclude(state="pending").filter(Q(closed_on__isnull=True) | Q(closed_on__gt=period_to))

    def registered_by(self, day: date):
        """Households whose first place on the register begins on that day or before."""
        places = apps.get_model("households", "HouseholdPlace").objects
        return self.filter(Exists(places.filter(household=OuterRef("pk"), valid_from__lte=day)))

    def without_helper(self, day: date):
        """Households on the poverty register without a helper on a day; the list should be empty."""
        pairings = _pairing_model().objects.open_on(day).filter(household=OuterRef("pk"))
        return self.on_register().registered_poor().filter(~Exists(pairings))


class MemberQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Persons now in a household that the user may see."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Who belongs or belonged to a household that the user may see now."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))

    def counted_on(self, day: date):
        """Memberships that cover a day: who counts in a year is who is a member at the accounting period's end."""
        return self.filter(valid_at(day))


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Surveys of households that the user may see now, of whatever year."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))


class MemberSurveyQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Facts of persons who are now in a household that the user may see, of whatever year."""
        return self.filter(
            _in_scope(user, right, area="member__household__area_id", household="member__household")
        )


class ResultQuerySet(models.QuerySet):
    """Verdicts, changes of verdicts, and households left out."""

    def visible_to(self, user, right: str = "household.view"):
        """Results of households that the user may see now, of whatever year."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))


class _RunQuerySet(models.QuerySet):
    """Runs over an area. They go by county and their counts name nobody; whom they concern is asked of their rows."""

    right = ""

    def visible_to(self, user):
        """Runs over the areas where the user holds the right, and over areas that contain them."""
        codes = user.scope(self.right).areas
        above = {one for code in codes for one in codes_above(code, itself=False)}
        return self.filter(within("area_code", codes) | Q(area_code__in=above))

    def finished_over(self, area_code: str, year: int):
        """Runs of a year that covered a whole area, and are over; the latest first."""
        return self.finished_over_any([area_code], year)

    def finished_over_any(self, area_codes: Iterable[str], year: int):
        """The same of several areas: runs that covered at least one of them whole."""
        over = {one for code in area_codes for one in codes_above(code)}
        return self.filter(area_code__in=over, year=year, finished_at__isnull=False).order_by("-id")


class AssessmentRunQuerySet(_RunQuerySet):
    """Runs of judging."""

    right = "run.view"


class CheckRunQuerySet(_RunQuerySet):
    """Runs of the data checks, which tell whoever sees households when they were last checked."""

    right = "household.view"


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Findings of households that the user may see now. What of them a bureau sees: households.check_sight."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))

    def current(self):
        """Findings whose check holds, answered or not."""
        return self.filter(closed_at__isnull=True)


class RegisterChangeQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Changes proposed for households that the user may see now, and those of the places he works in."""
        return self.filter(_in_scope(user, right, area="area_id", household="household"))

    def open(self):
        """Proposed, and not yet effective, returned or withdrawn."""
        return self.filter(state__in=("proposed", "confirmed"))

    def touching(self, household_ids):
        """Changes that concern these households, as their own or as the other side."""
        ids = list(household_ids)
        return self.filter(Q(household__in=ids) | Q(target__in=ids))


class CountyYearQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Years of the counties in which, or in whose villages, the user may act."""
        codes = user.scope(right).areas
        above = {code[:6] for code in codes if len(code) > 6}
        return self.filter(within("area_id", codes) | Q(area__in=above))


class NationalGapQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "household.view"):
        """Differences from the national system of households that the user may see now."""
        return self.filter(_in_scope(user, right, area="household__area_id", household="household"))

    def open(self):
        """Not yet shown as equal by an import."""
        return self.exclude(state="closed")


class ArchiveFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own electronic files, and those of the places where he may look after others' exports."""
        return self.filter(Q(actor=user.pk) | within("area_code", user.scope("export.oversee").areas))

    def to_be_removed(self):
        """Those that have expired and whose file is still kept."""
        return self.filter(state="done", removed_at__isnull=True, expires_at__lte=timezone.now())
