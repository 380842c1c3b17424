"""What was stated on paper and is typed now: its day checked, late entry with its reason."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from poverty.parameters.services import value_for


def check_paper_day(
    day: date | None, area_code: str, late_reason: str, *, field: str, what: str
) -> tuple[date, str]:
    """The day on the paper (None: today) and the reason for entering it late ("" where it is not late).

    Raises ValidationError at `field` for a day to come, at "late_reason" for a late one without reason. How many
    days are late is a parameter of the place (review.late_entry_days).
    """
    today = timezone.localdate()
    day = day or today
    if day > today:
        raise ValidationError({field: f"{what}不能晚于今天。"})
    late_after = today - timedelta(days=value_for("review.late_entry_days", area_code, today))
    if day >= late_after:
        return day, ""
    if not late_reason.strip():
        raise ValidationError({"late_reason": f"{day} 的事项今天才录入，属于补录，请填写补录原因。"})
    return day, late_reason.strip()[:200]
