"""What one person sees, and may fill in, of many households: disclosure.py for lists, one query for all of them."""

from functools import cached_property

from django.utils import timezone

from households.disclosure import indicators_of
from households.income_sheet import GROUP_FIELDS
from households.models import Household, MemberSurvey, Pairing, Survey
from households.sector_fields import household_fields, member_fields
from households.services.fact_rows import FACTS
from poverty.accounts.models import User

INCOME_FIELDS = frozenset(GROUP_FIELDS.values())
# Where a household lives is changed by the register, not by a survey.
SURVEY_FIELDS = FACTS[Survey] - {"settlement"}
MEMBER_FIELDS = FACTS[MemberSurvey]


class Sight:
    """One person's view of households that are visible to him (`visible_to`); made anew for every request."""

    def __init__(self, user: User):
        self.user = user

    @cached_property
    def _own(self) -> frozenset[int]:
        rows = Pairing.objects.open_on(timezone.localdate()).filter(helper_id=self.user.pk)
        return frozenset(rows.values_list("household_id", flat=True))

    def may(self, right: str, household: Household) -> bool:
        """Whether the person holds a right over a household: by area, or as its helper."""
        scope = self.user.scope(right)
        return scope.covers(household.area_id) or (scope.paired and household.pk in self._own)

    def sectors(self, household: Household) -> frozenset[str]:
        """The sectors to which the person's view of a household is limited; empty: he sees it whole."""
        scope = self.user.scope("household.view")
        if scope.paired and household.pk in self._own:
            return frozenset()
        return scope.sectors_at(household.area_id) or frozenset()

    def whole(self, household: Household) -> bool:
        """Whether everything of a household is shown."""
        return not self.sectors(household)

    def indicators(self, household: Household) -> frozenset[str] | None:
        """Codes of the indicators he sees; None: all, and the verdict."""
        sectors = self.sectors(household)
        return indicators_of(sectors) if sectors else None

    def birth_dates(self, household: Household) -> bool:
        """Whether birth dates are shown, or ages instead: as on the page, for who may see or keep the numbers."""
        whole = self.whole(household)
        return whole and (self.may("personal.reveal", household) or self.may("member.edit", household))

    def survey_fields(self, household: Household) -> frozenset[str]:
        """Facts of the year he sees of a household."""
        sectors = self.sectors(household)
        return household_fields(sectors) if sectors else FACTS[Survey]

    def member_fields(self, household: Household) -> frozenset[str]:
        """Facts of the year he sees of a household's members."""
        sectors = self.sectors(household)
        return member_fields(sectors) if sectors else MEMBER_FIELDS

    def may_fill(self, household: Household) -> frozenset[str]:
        """Facts of the year that he may change; income groups only with the right to collect income."""
        if self.may("survey.edit", household):
            income = self.may("income.edit", household)
            return SURVEY_FIELDS if income else SURVEY_FIELDS - INCOME_FIELDS
        return household_fields(self._sectors_to_fill(household))

    def may_fill_members(self, household: Household) -> frozenset[str]:
        """Facts of the year of its members that he may change."""
        if self.may("survey.edit", household):
            return MEMBER_FIELDS
        return member_fields(self._sectors_to_fill(household))

    def fills_as_bureau(self, household: Household) -> bool:
        """Whether what he fills in comes from a bureau (source 行业部门)."""
        return not self.may("survey.edit", household)

    def _sectors_to_fill(self, household: Household) -> frozenset[str]:
        return self.user.scope("sector.edit").sectors_at(household.area_id) or frozenset()
