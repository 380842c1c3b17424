"""What of a household a person may see: all of it, or as a bureau officer name, village, own indicator.

practice.md, Privacy: a bureau officer sees name, masked number, village and his own indicator. Right and
place come from one posting; whoever is also posted there without a sector, or paired with the household,
sees it whole.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from households.indicators import INDICATORS
from households.models import Household, Pairing
from poverty.sql.prefix import within

_VIEW = "household.view"


@dataclass(frozen=True)
class Disclosure:
    """What a person sees of a household. `sectors`: only the indicators of these, None: everything.

    `paired`: the household is his own as helper.
    """

    sectors: frozenset[str] | None = None
    paired: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything of the household is shown."""
        return self.sectors is None

    @property
    def indicators(self) -> frozenset[str] | None:
        """Codes of the indicators that are shown; None: all of them."""
        return None if self.sectors is None else indicators_of(self.sectors)


def indicators_of(sectors) -> frozenset[str]:
    """Codes of the indicators that rest on the facts of these sectors."""
    wanted = set(sectors)
    return frozenset(code for code, one in INDICATORS.items() if one.spec.sector in wanted)


def is_limited(user) -> bool:
    """Whether a person sees no household whole: a bureau officer without any other posting."""
    return bool(user.scope(_VIEW).sectors)


def limited_somewhere(user) -> bool:
    """Whether a person sees some households only by a sector."""
    return any(grant.sector for grant in user.scope(_VIEW).grants)


def whole_to(user) -> Q:
    """Condition on Household: those that a person sees whole (by area without a sector, or paired)."""
    scope = user.scope(_VIEW)
    condition = within("area_id", [grant.area for grant in scope.grants if not grant.sector])
    return condition | Q(pk__in=_own(user)) if scope.paired else condition


def sees_indicator(user, code: str) -> Q:
    """Condition on Household: those of which a person sees this indicator."""
    sector = INDICATORS[code].spec.sector
    grants = [grant for grant in user.scope(_VIEW).grants if grant.sector and grant.sector == sector]
    return whole_to(user) | within("area_id", [grant.area for grant in grants])


def own_indicators(user) -> frozenset[str]:
    """Codes of the indicators of the sectors for which a person is posted anywhere."""
    return indicators_of(grant.sector for grant in user.scope(_VIEW).grants if grant.sector)


def disclosure(user, household: Household) -> Disclosure:
    """What of a household that is visible to a person he sees. One query for helpers, none for others."""
    scope = user.scope(_VIEW)
    paired = scope.paired and household.pk in set(_own(user))
    sectors = scope.sectors_at(household.area_id)
    if paired or not sectors:
        return Disclosure(paired=paired)
    return Disclosure(sectors)


def may(user, right: str, household: Household, *, paired: bool) -> bool:
    """Whether a person holds a right over a household: by area, or as its helper."""
    scope = user.scope(right)
    return scope.covers(household.area_id) or (scope.paired and paired)


def _own(user):
    rows = Pairing.objects.open_on(timezone.localdate()).filter(helper_id=user.pk)
    return rows.values_list("household_id", flat=True)
