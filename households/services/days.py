"""Days on which the register may change: not in the future, not where a closed year would be altered."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from households.models import CountyYear
from poverty.sql.locks import share


def check_register_day(area_code: str, on: date, *, field: str = "happened_on") -> None:
    """Refuse, at `field`, a day in the future and a day on which a change would alter a closed year of the
    county.

    Who counts in a year is who is a member at the end of its accounting period; so whatever begins or ends up
    to that day would change the year's result. The county's years from that day on are held against closing
    until the end of the transaction.
    """
    if on > timezone.localdate():
        raise ValidationError({field: "日期在今天之后，请核对。"})
    years = share(CountyYear.objects.filter(area_id=area_code[:6], period_to__gte=on).order_by("year"))
    closed = [one for one in years if one.state == CountyYear.State.CLOSED]
    if closed:
        last = closed[-1]
        raise ValidationError(
            {
                field: f"{last.year}年度已关闭（核算期至 {last.period_to}），{on} 的变动会改变已定的结果。"
                f"请填 {last.period_to + timedelta(days=1)} 或以后的日期；"
                "确需更正的，由县扶贫办按文件重新开启该年度。"
            }
        )


def check_not_before(on: date, begun: date | None, what: str, *, field: str = "happened_on") -> None:
    """Refuse, at `field`, a day before what it follows began ("户主任期")."""
    if begun is not None and on < begun:
        raise ValidationError({field: f"日期不能早于{what}的开始日期 {begun}。"})
