"""What waits of the tables from above, for 我的工作."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from households.models import RequestPart, RequestRow, TableRequest
from households.querysets_requests import CHECK, FILL, ISSUE


@dataclass(frozen=True)
class Waiting:
    """One line: how many, and whether it presses."""

    label: str
    count: int
    icon: str = "send"
    urgent: bool = False
    hint: str = ""


def waiting_tasks(user) -> list[Waiting]:
    """What a person has to fill, look through or collect, by his rights."""
    now = timezone.now()
    found = []
    if user.has_right(FILL) and not user.has_right(CHECK):
        rows = RequestRow.objects.visible_to(user, FILL).filter(
            part__state__in=["open", "returned"], part__request__state="issued", complete=False
        )
        mine = RequestPart.objects.visible_to(user, FILL).outstanding()
        reminded = mine.filter(request__reminded_at__isnull=False).exists()
        hint = "县里催办" if reminded else ""
        found.append(Waiting("等您填的行", rows.count(), "edit", True, hint))
        found.append(Waiting("退回的任务表", mine.filter(state="returned").count(), "return", True))
        found.append(Waiting("逾期的任务表", mine.filter(request__deadline__lt=now).count(), "clock", True))
    if user.has_right(CHECK):
        parts = RequestPart.objects.visible_to(user, CHECK).filter(request__state="issued")
        owing = parts.outstanding()
        late = owing.filter(request__deadline__lt=now)
        if not user.has_right(ISSUE):
            reminded = owing.filter(request__reminded_at__isnull=False).exists()
            waiting = parts.filter(state="submitted").count()
            found.append(Waiting("等您看的村任务表", waiting, "check", False))
            hint = "县里催办" if reminded else ""
            found.append(Waiting("没有交的村任务表", owing.count(), "send", False, hint))
        found.append(Waiting("逾期没有交的村任务表", late.count(), "clock", True))
    if user.has_right(ISSUE):
        own = TableRequest.objects.issued_by(user)
        found.append(Waiting("准备中的任务表", own.filter(state="draft").count(), "upload"))
        running = own.filter(Q(state="issued"))
        found.append(Waiting("填报中的任务表", running.count(), "send"))
    return found
