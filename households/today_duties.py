"""What duties put on 我的工作: own visits that are due or late, a place's overdue ones, leave, and the county's screen."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone

from households.disclosure import whole_to
from households.duties.due import with_visit_due
from households.duties.leave_days import TOWNSHIP_DAYS
from households.duties.models import Leave
from households.duties.periods import last_of, month_of
from households.models import Household, Need, UnsentVisits, Visit
from households.today_task import Task
from households.visits.filters import FLAGGED, INBOX, UNSENT, UNSIGNED, in_state, unsent_since
from poverty.areas.names import short_names
from poverty.parameters.services import value_for
from poverty.sql.prefix import within

SHOWN = 12


def own_due(user) -> dict | None:
    """Who of a helper's own households is due by when, the latest first; None: he has none."""
    today = timezone.localdate()
    mine = Household.objects.filter(pk__in=user.pairings.open_on(today).filter(order=1).values("household"))
    rows = with_visit_due(mine.on_register(), today).filter(due_by__isnull=False).order_by("due_by", "pk")
    rows = list(rows[:100])
    if not rows:
        return None
    # Due in the running period; what is served already comes later and is only counted.
    ends = last_of(month_of(today))
    due = [one for one in rows if one.late_days or one.due_by <= ends]
    places = short_names({one.area_id for one in due})
    return {
        "lines": [(one, places.get(one.area_id, "")) for one in due[:SHOWN]],
        "late": sum(1 for one in rows if one.late_days),
        "still": sum(1 for one in due if not one.late_days),
        "later": len(rows) - len(due),
        "next": next((one.due_by for one in rows if one not in due), None),
    }


def late_task(rows, user) -> Task:
    """Households of a place to which a visit is late."""
    late = with_visit_due(rows.filter(whole_to(user)).on_register(), timezone.localdate())
    number = late.filter(late_days__isnull=False).count()
    return Task(
        "逾期未走访的户", number, reverse("households:duties-late"), "calendar", urgent=True, unit="户"
    )


def leave_tasks(user, area_code: str) -> list[Task]:
    """Leave that waits for the person: short leave for a township, long leave for the county."""
    if not user.has_right("leave.approve"):
        return []
    rows = Leave.objects.visible_to(user, "leave.approve").open().exclude(person=user)
    rows = rows.filter(within("area", [area_code]))
    limit = timedelta(days=value_for(TOWNSHIP_DAYS, area_code, timezone.localdate()) - 1)
    long = {"ends_on__gt": F("starts_on") + limit}
    county = any(len(code) <= 6 for code in user.scope("leave.approve").areas)
    rows = rows.filter(**long) if county else rows.exclude(**long)
    return [
        Task(
            "等您批准的驻村请假",
            rows.count(),
            reverse("households:leaves"),
            "calendar",
            urgent=True,
            unit="件",
        )
    ]


def screen_tasks(rows, user, area_code: str) -> list[Task]:
    """The county's figures of field work, each with the list that makes it: visits today, households overdue, visits
    that wait on phones or whose photos have not come for long, that differ from the register, carry flagged photos or
    lack a signature, and needs without an answer.
    """
    today = timezone.localdate()
    seen = rows.filter(whole_to(user)).values("pk")
    visits = Visit.objects.visible_to(user).filter(household__in=seen)

    def listed(**asked) -> str:
        return f"{reverse('households:visits')}?{urlencode({'area': area_code, **asked})}"

    def waiting(label: str, state: str, icon: str, *, urgent: bool = False, hint: str = "") -> Task:
        number = in_state(visits, state, area_code).count()
        return Task(label, number, listed(state=state), icon, urgent=urgent, hint=hint, unit="次")

    phones = UnsentVisits.objects.visible_to(user).under(area_code)
    needs = Need.objects.visible_to(user).filter(within("area_code", [area_code])).unanswered()
    return [
        Task(
            "今天的走访",
            visits.filter(happened_on=today).count(),
            listed(first=today, last=today),
            "check",
            unit="次",
        ),
        late_task(rows, user),
        Task(
            "手机上久未发送的走访",
            phones.since_before(unsent_since(area_code)).aggregate(found=Sum("visits", default=0))["found"],
            f"{reverse('households:visits-unsent')}?late=yes",
            "phone",
            urgent=True,
            unit="次",
        ),
        waiting("照片久未到齐的走访", UNSENT, "upload", urgent=True, hint="手机上还没有发完"),
        waiting("与登记不一致、待核对的走访", INBOX, "split", urgent=True),
        waiting("照片有提示、待复核的走访", FLAGGED, "camera"),
        waiting("没有签字、待联合复核的走访", UNSIGNED, "edit"),
        Task(
            "没有答复的诉求",
            needs.count(),
            f"{reverse('households:needs')}?tab=unanswered",
            "bell",
            urgent=True,
            unit="件",
        ),
    ]
