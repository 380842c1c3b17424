"""Results of agreements stay within the years in which their agreement held."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone

from villages.models import AgreementResult, EnterpriseAgreement


def require_results_held(agreements: Iterable[EnterpriseAgreement]) -> None:
    """ValidationError at "on" where one of these agreements, as it is about to end, has a result of a year in which it
    would hold no more: the year's sums would lose it without a word.
    """
    rows, today = {one.pk: one for one in agreements}, timezone.localdate()
    told = AgreementResult.objects.current().filter(agreement__in=rows).values_list("agreement", "year")
    astray = sorted({year for key, year in told if year not in rows[key].years_held(today)})
    if astray:
        years = "、".join(map(str, astray))
        raise ValidationError({"on": f"{years}年度的成效还有效，终止后该年不在协议期内，请先作废。"})
