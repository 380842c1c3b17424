"""Turning the households of a county to a new regime (帮扶时期): the older dated row ends, a new one begins.

建档立卡 to 2020, 过渡期 2021-2025, 常态化帮扶 from 2026 (standards.md 9.4). Nothing of the older regime is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from households.models import Household, HouseholdStatus
from households.options.regimes import REGIMES, Regime, regime_on
from households.services.locking import lock_keys
from poverty.areas.models import Level
from poverty.audit.services import record
from poverty.sql.insert import insert_select


@dataclass(frozen=True)
class RegimeLine:
    """A regime with how many households of a place stand in it now, and whether it is that of today."""

    regime: Regime
    households: int
    is_current: bool


def regime_lines(rows: QuerySet[Household], today: date | None = None) -> list[RegimeLine]:
    """The regimes in their order, with the households on the register among `rows` that stand in each."""
    counted = rows.on_register().order_by().values("regime").annotate(number=Count("pk"))
    numbers = {row["regime"]: row["number"] for row in counted}
    current = regime_on(today or timezone.localdate())
    return [RegimeLine(one, numbers.get(one.key, 0), one.key == current) for one in REGIMES]


@transaction.atomic
def turn_regime(county: str, regime: str, *, document_name: str, actor, on: date | None = None) -> int:
    """Turn every household on a county's register to a regime from its first day on; returns how many.

    `on` None: the day on which the regime begins. Households that stand in it, or in a later one, are left. Set-based.
    A household whose present row began on that day or later turns with that row. Raises PermissionDenied (regime.turn),
    ValidationError by field: not yet begun, no document.
    """
    chosen = REGIMES[regime]
    on = on or chosen.starts
    if len(county) != Level.COUNTY or not actor.has_right_at("regime.turn", county):
        raise PermissionDenied("您没有为该县转入帮扶时期的权限。")
    if on > timezone.localdate() or on < chosen.starts or (chosen.ends is not None and on >= chosen.ends):
        raise ValidationError({"on": f"{chosen.label}从 {chosen.starts} 起，现在不能转入。"})
    if not document_name.strip():
        raise ValidationError({"document_name": "请注明依据文件。"})
    order = REGIMES.keys
    earlier = order[: order.index(regime)]
    ids = lock_keys(Household.objects.on_register().under(county).filter(regime__in=earlier))
    # Who was left in an older regime passes through those between, each from its own first day.
    for number, between in enumerate(earlier[1:], 1):
        _turn(ids, order[:number], between, REGIMES[between].starts, document_name)
    _turn(ids, earlier, regime, on, document_name)
    record(
        "households.regime.turn",
        actor=actor,
        area_code=county,
        summary=f"{len(ids)} 户转入{chosen.label}，{on} 起，依据：{document_name.strip()}",
    )
    return len(ids)


def _turn(ids: list[int], earlier: Sequence[str], regime: str, on: date, document_name: str) -> None:
    """End the present rows of those households that stand in an earlier regime, and begin new ones.

    Rows that began on that day or later (a household split off meanwhile, a status taken over) only inherited the older
    regime: they bear the new one from their own first day.
    """
    households = Household.objects.filter(pk__in=ids, regime__in=earlier)
    rows = HouseholdStatus.objects.filter(household__in=households.values("pk"), regime__in=earlier)
    began_since = rows.filter(valid_from__gte=on)
    ended = rows.filter(valid_to=None, valid_from__lt=on)
    turned = list(ended.values_list("household", flat=True))
    began_since.update(regime=regime)
    ended.update(valid_to=on)
    insert_select(
        HouseholdStatus,
        households.filter(pk__in=turned),
        {
            "household": F("pk"),
            "kind": F("kind"),
            "status": F("status"),
            "regime": regime,
            "valid_from": on,
            "source": "entered",
            "reason": f"转入{REGIMES.label(regime)}",
            "document": document_name.strip()[:200],
        },
    )
    households.update(regime=regime, version=F("version") + 1)
