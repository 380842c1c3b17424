"""What takes the outcome of a case back once it is recorded: a clue that is followed, a case the other way, or 回退."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from households.models import Clue, MonitoringCase
from households.options.clue_sources import OWN_JUDGING
from poverty.review.models import Objection, Step

_CASE = "households.monitoringcase"
_REMOVE = MonitoringCase.Purpose.REMOVE
_CAME_TO_NOTHING = (
    MonitoringCase.State.NOT_AGREED,
    MonitoringCase.State.REFUSED,
    MonitoringCase.State.DROPPED,
)
# What people write and call about: it may be about who was wrongly watched.
_LETTERS = ("petition", "hotline")


def not_remedied(cases: QuerySet) -> dict[int, str]:
    """Why an objection to recorded cases cannot be upheld yet, by case: nobody has begun to take the outcome back.

    A household wrongly watched leaves by the removal of its risk, with checks and approval; one whose risk was wrongly
    declared removed is rolled back. Either begins with a clue, where it is not plain yet. Only what is under way or has
    come to something counts: a removal, or a clue that waits or led to such a case. Clues say that there is a risk, so
    of a household wrongly watched only what people wrote or called about counts, or was taken in since the objection.
    """
    steps = Step.objects.filter(case_type=_CASE, case_id=OuterRef("pk"), transition="record_case")
    cases = cases.annotate(ended=Subquery(steps.order_by("-id").values("recorded_at")[:1]))
    objections = Objection.objects.filter(case_type=_CASE, case_id=OuterRef("pk"))
    cases = cases.annotate(objected=Subquery(objections.order_by("id").values("recorded_at")[:1]))
    followed = Q(state=Clue.State.RECEIVED) | (
        Q(state=Clue.State.CASE) & ~Q(case__state__in=_CAME_TO_NOTHING) & ~Q(case=OuterRef("pk"))
    )
    about_it = Q(source__in=_LETTERS) | (~Q(source=OWN_JUDGING) & Q(recorded_at__gte=OuterRef("objected")))
    clues = Clue.objects.filter(followed, household=OuterRef("household"), recorded_at__gte=OuterRef("ended"))
    leaving = (
        MonitoringCase.objects.filter(
            household=OuterRef("household"), purpose=_REMOVE, recorded_at__gte=OuterRef("ended")
        )
        .exclude(state__in=_CAME_TO_NOTHING)
        .exclude(pk=OuterRef("pk"))
    )
    stands = (Q(purpose=_REMOVE, monitoring__risk_state="removed") & ~Exists(clues)) | (
        ~Q(purpose=_REMOVE)
        & ~Q(monitoring__risk_state="removed")
        & ~Exists(leaving)
        & ~Exists(clues.filter(about_it))
    )
    waiting = cases.filter(stands, state=MonitoringCase.State.RECORDED)
    return {
        pk: "风险消除已办结，不能凭异议退回。核查属实的，请先办理回退，或登记线索，再答复异议成立。"
        if purpose == _REMOVE
        else "该户已纳入监测，不能凭异议退回。核查属实的，请先登记线索或启动风险消除，再答复异议成立。"
        for pk, purpose in waiting.values_list("pk", "purpose")
    }
