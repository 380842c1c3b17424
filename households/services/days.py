"""Days on which the register may change: not in the future, not where a closed year would be altered."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models.functions import Left
from django.utils import timezone

from households.models import CountyYear, Household, Survey
from poverty.areas.models import Area
from poverty.sql.locks import share


def counties_of(households) -> set[str]:
    """Codes of the counties whose years hold facts of households (keys or a queryset).

    A year belongs to the county that opened it, also after the households' place has come to another one.
    """
    rows = Survey.objects.filter(household__in=households).annotate(county=Left("area_id", 6))
    return set(rows.order_by().values_list("county", flat=True).distinct())


def years_from(counties: Iterable[str], on: date) -> list[CountyYear]:
    """The counties' years that end on a day or later, held against closing until the end of the transaction."""
    rows = CountyYear.objects.filter(area_id__in=set(counties), period_to__gte=on)
    return share(rows.order_by("area_id", "year"))


def check_register_day(
    area_code: str, on: date, *, household: Household | None = None, field: str = "happened_on"
) -> None:
    """Refuse, at `field`, a day in the future and a day on which a change would alter a closed year of the
    county of the area, or of another one that has years of `household`.

    Who counts in a year is who is a member at the end of its accounting period; so whatever begins or ends up
    to that day would change the year's result. The years from that day on are held against closing until the
    end of the transaction.
    """
    others = counties_of([household.pk]) if household is not None else set()
    check_day_in(others | {area_code[:6]}, on, own=area_code[:6], field=field)


def check_day_in(counties: Iterable[str], on: date, *, own: str = "", field: str = "happened_on") -> None:
    """check_register_day for the years of these counties; in the message the county is named unless it is `own`."""
    if on > timezone.localdate():
        raise ValidationError({field: "日期在今天之后，请核对。"})
    closed = [one for one in years_from(counties, on) if one.state == CountyYear.State.CLOSED]
    if closed:
        last = max(closed, key=lambda one: one.period_to)
        whose = "" if last.area_id == own else Area.objects.get(pk=last.area_id).name
        raise ValidationError(
            {
                field: f"{whose}{last.year}年度已关闭（核算期至 {last.period_to}），{on} 的变动会改变已定的结果。"
                f"请填 {last.period_to + timedelta(days=1)} 或以后的日期；"
                "确需更正的，由县扶贫办按文件重新开启该年度。"
            }
        )


def check_not_before(on: date, begun: date | None, what: str, *, field: str = "happened_on") -> None:
    """Refuse, at `field`, a day before what it follows began ("户主任期")."""
    if begun is not None and on < begun:
        raise ValidationError({field: f"日期不能早于{what}的开始日期 {begun}。"})
