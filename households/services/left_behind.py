"""What ends with who leaves the register: a student's teacher, who answers for the move of a household, its application to
move, and agreements by which businesses buy of it.

Who stays in the county's register by another household keeps his teacher; so nothing of this stands in `leave`, by which
people also move, split off and come together.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Max, Q

from households.models import (
    Household,
    RelocationApplication,
    RelocationCharge,
    SaleAgreement,
    TeacherPairing,
)
from poverty.audit.services import record
from poverty.review.services import fire


def end_teachers_of(members: Iterable[int], household: Household, *, on: date, reason: str, actor) -> int:
    """End the pairings of students who leave the register from this household on a day; returns how many.

    One that began on that day or later ends the day after it began, and none before what was last done in it. For services
    of this package, under the lock of the household.
    """
    rows = TeacherPairing.objects.standing().filter(member__in=list(members), valid_to=None)
    rows = rows.select_related("teacher").select_for_update(of=("self",)).order_by("pk")
    found = list(rows)
    last_of = dict(
        TeacherPairing.objects.filter(pk__in=[row.pk for row in found])
        .annotate(last=Max("acts__happened_on", filter=Q(acts__withdrawn_at=None)))
        .values_list("pk", "last")
    )
    for row in found:
        row.valid_to = max(on, row.valid_from + timedelta(days=1), last_of[row.pk] or on)
        row.end_reason = reason[:200]
        row.save(update_fields=["valid_to", "end_reason"])
        record(
            "households.student.end",
            household,
            actor=actor,
            changes={"结对教师": [row.teacher.name, None]},
            summary=f"终止师生结对：学生离开登记，{row.valid_to}起，{row.end_reason}",
        )
    return len(found)


def end_charges_of(household: Household, *, on: date, reason: str, actor) -> int:
    """End who answers for the move of a household that is closed on a day, as end_teachers_of; returns how many."""
    rows = RelocationCharge.objects.standing().filter(household=household, valid_to=None)
    found = list(rows.select_related("cadre").select_for_update(of=("self",)).order_by("pk"))
    for row in found:
        row.valid_to, row.end_reason = max(on, row.valid_from + timedelta(days=1)), reason[:200]
        row.save(update_fields=["valid_to", "end_reason"])
        record(
            "households.relocation.end",
            household,
            actor=actor,
            changes={"包扶干部": [row.cadre.name, None]},
            summary=f"终止搬迁包扶：{row.cadre.name}，{row.valid_to}起，{row.end_reason}",
        )
    return len(found)


def end_application_of(household: Household, *, reason: str, document: str, actor) -> int:
    """End the application to move of a household that has just left the register, and take it off its list; who has moved
    in lives there. Returns how many.

    The step is of today: the household may be closed as of a day before the last one of its application. Raises what fire
    raises (the county decides, as on the closing).
    """
    rows = RelocationApplication.objects.open().filter(household=household)
    found = list(rows.select_related("household").select_for_update(of=("self",)))
    for case in found:
        state = case.get_state_display()
        fire("end_with_household", case, actor=actor, comment=reason[:200], document_name=document)
        record(
            "households.relocation.end_with_household",
            household,
            actor=actor,
            summary=f"搬迁申请（{state}）随户终止：{reason}",
        )
    return len(found)


def end_sales_of(household: Household, *, on: date, reason: str, actor) -> int:
    """End the agreements of a household that is closed on a day by which businesses would still buy of it; returns how
    many. One ends not before the last year for which a result is told; one that had not begun never holds.
    """
    rows = SaleAgreement.objects.standing().filter(household=household, ended_on=None, period_to__gte=on)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    last_of = dict(
        SaleAgreement.objects.filter(pk__in=[row.pk for row in found])
        .annotate(last=Max("results__year", filter=Q(results__is_current=True)))
        .values_list("pk", "last")
    )
    for row in found:
        told = date(last_of[row.pk], 1, 2) if last_of[row.pk] else on
        ended_on = max(on, row.period_from, told)
        if ended_on > row.period_to:
            continue  # it runs out by itself before
        row.ended_on, row.end_reason = ended_on, reason[:200]
        row.save(update_fields=["ended_on", "end_reason"])
        record(
            "households.sale.end",
            household,
            actor=actor,
            summary=f"终止收购协议：{row.business}，{row.ended_on}起，{row.end_reason}",
        )
    return len(found)
