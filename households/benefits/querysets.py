"""Named questions about policies, what was received, loans, jobs, training and solar stations.

A bureau sees what is its own sector's and nothing else (practice.md, Privacy): everything here that says something of
a household is asked through `visible_to` or `seen_of`, and benefits besides through their policy's sector.
"""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from households.querysets import paired_with
from poverty.areas.querysets import codes_above
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within

VIEW = "benefit.view"


def areas_of(user, sectors: Collection[str]) -> tuple[str, ...]:
    """Areas where what is these sectors' business is seen: by postings without a sector, or with one of them."""
    grants = user.scope(VIEW).grants
    return tuple(sorted({one.area for one in grants if not one.sector or one.sector in sectors}))


def seen_of(user, sectors: Collection[str]) -> Q:
    """Condition on Household: those of which a person sees what is these sectors' business. By area and sector of one
    posting together; households paired with him add themselves and nothing else.
    """
    condition = within("area_id", areas_of(user, sectors))
    return condition | Q(pk__in=paired_with(user)) if user.scope(VIEW).paired else condition


class PolicyQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = "policy.view"):
        """Policies of the user's places, of what lies above them, and below them."""
        codes = user.scope(right).areas
        above = {one for code in codes for one in codes_above(code)} | {""}
        if not codes:
            return self.none()
        return self.filter(within("area_code", codes) | Q(area_code__in=above))

    def published(self):
        """In force, or to come into force in its years."""
        return self.filter(status="published")

    def drafts(self):
        """Not published yet, and not given up."""
        return self.filter(status="draft")

    def in_year(self, year: int):
        """Those whose years hold this one."""
        return self.filter(Q(year_to__isnull=True) | Q(year_to__gte=year), year_from__lte=year)


class _OfHouseholds(models.QuerySet):
    """Rows with a household; a bureau sees them only where the rows are of its sector (`sectors`)."""

    sectors: tuple[str, ...] = ()

    def visible_to(self, user, right: str = VIEW):
        """Rows of households that the user may see now by this right; a bureau's officer those of his sector."""
        scope = user.scope(right)
        whole = in_scope_of(user, scope, [grant.area for grant in scope.grants if not grant.sector])
        condition = whole
        for grant in scope.grants:
            if grant.sector and grant.sector in self.sectors:
                condition |= within("household__area_id", [grant.area])
        return self.filter(condition)


def in_scope_of(user, scope, areas) -> Q:
    """Rows of households in these areas, or paired with the user where the right reaches those."""
    condition = within("household__area_id", areas)
    return condition | Q(household__in=paired_with(user)) if scope.paired else condition


class BenefitQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Benefits of households that the user may see now; of a bureau's officer those under policies of his sector."""
        scope = user.scope(right)
        condition = in_scope_of(user, scope, [grant.area for grant in scope.grants if not grant.sector])
        for grant in scope.grants:
            if grant.sector:
                condition |= within("household__area_id", [grant.area]) & Q(policy__sector=grant.sector)
        return self.filter(condition)

    def standing(self):
        """Received, and not taken back."""
        return self.filter(standing=True)


class BenefitIncomeQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Flows of households that the user sees whole: income is nobody's sector."""
        scope = user.scope(right)
        return self.filter(
            in_scope_of(user, scope, [grant.area for grant in scope.grants if not grant.sector])
        )

    def asked(self):
        """Where a person has to say how the typed amount and the payments go together."""
        return self.filter(state="asked")

    def waiting(self):
        """What was paid or taken back while the year was not open, and has not reached the sheet."""
        counted = Q(settled__isnull=False) | ~Q(answer="")
        return self.filter(Q(paid__gt=0) | counted, state="closed")


class _Standing(models.QuerySet):
    """Rows that may be taken back."""

    def standing(self):
        """Not taken back as wrongly entered."""
        return self.filter(withdrawn_at__isnull=True)


class LoanQuerySet(_Standing, _OfHouseholds):
    sectors = ("poverty_office", "finance")

    def open(self):
        """Not repaid yet."""
        return self.standing().filter(repaid_on__isnull=True)

    def overdue(self, today: date | None = None):
        """Due before today and not repaid."""
        return self.open().filter(due_on__lt=today or timezone.localdate())

    def due_by(self, day: date, today: date | None = None):
        """Due from today up to a day, and not repaid."""
        return self.open().filter(due_on__gte=today or timezone.localdate(), due_on__lte=day)


class TrainingQuerySet(models.QuerySet):
    def visible_to(self, user, right: str = VIEW):
        """Courses of the user's places, of what lies above them, and below; of bureaus those of 人社 and 农业农村."""
        grants = [
            grant
            for grant in user.scope(right).grants
            if not grant.sector or grant.sector in TraineeQuerySet.sectors
        ]
        codes = [grant.area for grant in grants]
        above = {one for code in codes for one in codes_above(code)}
        return self.filter(within("area_id", codes) | Q(area_id__in=above))


class TraineeQuerySet(_Standing, _OfHouseholds):
    sectors = ("human_resources", "agriculture", "poverty_office")


class JobQuerySet(_Standing, _OfHouseholds):
    sectors = ("human_resources", "poverty_office")

    def on(self, day: date):
        """Jobs held on a day."""
        return self.standing().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def in_period(self, first: date, last: date):
        """Jobs held on some day of a period, both days inclusive."""
        return self.standing().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first), starts_on__lte=last)


class SolarStationQuerySet(_Standing):
    def visible_to(self, user, right: str = VIEW):
        """Stations of the user's villages; of bureaus 扶贫 and 电力. A household's own one is seen with its household."""
        scope = user.scope(right)
        grants = [
            grant for grant in scope.grants if not grant.sector or grant.sector in SolarShareQuerySet.sectors
        ]
        condition = within("area_id", [grant.area for grant in grants])
        return self.filter(condition)


class SolarShareQuerySet(_Standing, _OfHouseholds):
    sectors = ("poverty_office", "power")

    def open_on(self, day: date):
        """Shares that hold on a day."""
        return self.standing().filter(valid_at(day))
