"""What of policies, loans and incomes waits for a person today. Only what is there is named."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from households.benefits.deadlines import due_terms
from households.benefits.models import BenefitIncome, Loan, Policy
from households.benefits.services.loans import may_lend
from households.today_task import Task
from poverty.parameters.services import value_for
from poverty.sql.prefix import within


def tasks(user, area_code: str, year: int) -> list[Task]:
    """Terms of policies near or past their deadline (who records them), loans overdue and due, incomes to settle,
    drafts that another person may publish.
    """
    found = []
    if user.has_right("benefit.record"):
        for one in due_terms(user, area_code, year):
            address = reverse("households:benefit-list", args=[one.policy.code, "without"])
            url = f"{address}?{urlencode({'period': one.period, 'area': area_code, 'year': year})}"
            moment = f"（截至{localtime(one.as_of):%m-%d %H:%M}，名单是现在的）" if one.as_of else ""
            found.append(
                Task(
                    f"{one.policy.name}：应享受未发放",
                    one.without,
                    url,
                    urgent=one.late,
                    hint=one.words + moment,
                    unit=one.unit,
                )
            )
        found += _loans(user, area_code)
    if user.has_right("income.edit"):
        asked = (
            BenefitIncome.objects.visible_to(user, "income.edit")
            .asked()
            .filter(within("household__area_id", [area_code]), year=year)
        )
        if number := asked.count():
            found.append(
                Task("政策发放与收入表不一致", number, reverse("households:benefit-asked"), unit="项")
            )
    if user.has_right("policy.edit"):
        drafts = Policy.objects.visible_to(user, "policy.edit").drafts().exclude(makers__contains=[user.pk])
        if number := drafts.count():
            found.append(
                Task(
                    "政策草稿待您核对发布", number, f"{reverse('households:policies')}?show=drafts", unit="项"
                )
            )
    return found


def _loans(user, area_code: str) -> list[Task]:
    if not may_lend(user, area_code):
        return []
    today = timezone.localdate()
    rows = Loan.objects.visible_to(user).filter(within("household__area_id", [area_code]))
    until = today + timedelta(days=value_for("loan.due_days", area_code, today))
    url = reverse("households:loans")
    found = (
        Task("小额信贷已逾期", rows.overdue(today).count(), f"{url}?show=overdue", urgent=True, unit="笔"),
        Task("小额信贷即将到期", rows.due_by(until, today).count(), f"{url}?show=due", unit="笔"),
    )
    return [one for one in found if one.count]
