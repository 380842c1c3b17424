"""One student: his teacher now and before, what was done; giving him one, changing, ending, taking back."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from households.forms.benefits.policies import ReasonForm
from households.models import Member, MemberSurvey, TeacherAct
from households.services.personal import phone_beside
from households.students.forms import ActForm, ChangeForm, EndForm, PairForm
from households.students.querysets import EDIT, LOG, VIEW, areas_of, may
from households.students.rows import AT_SCHOOL, students
from households.students.services.acts import record_act, withdraw_act
from households.students.services.pairing import change_teacher, end_teaching, pair_student, withdraw_teaching
from households.students.services.schools import headmaster_on
from households.students.views.reaching import pairing_for, student_for
from households.views.benefits.reaching import one_of
from households.views.reaching import sent
from poverty.areas.names import full_names
from poverty.web.chosen import chosen
from poverty.web.one_form import acting
from poverty.web.rights import requires


@require_safe
@requires(VIEW)
def student(request, pk: int):
    """A student: school and class by the facts of the year, teacher and headmaster, what was done."""
    now, user = chosen(request), request.user
    membership = student_for(user, pk)
    member, home = membership.member, membership.household
    facts = MemberSurvey.objects.filter(member=member, year=now.year).first()
    rows = list(
        member.teachers.select_related("teacher__school", "withdrawn_by").order_by(
            "withdrawn_at", "-valid_from", "-pk"
        )
    )
    standing = next((one for one in rows if one.is_open), None)
    acts = TeacherAct.objects.visible_to(user).filter(pairing__member=member)
    return render(
        request,
        "households/students/student.html",
        {
            "now": now,
            "membership": membership,
            "member": member,
            "home": home,
            "place": full_names([home.area_id], below=home.area_id[:4]).get(home.area_id, ""),
            "facts": facts,
            "at_school": facts is not None and facts.school_status in AT_SCHOOL,
            "standing": standing,
            "phone": phone_beside(standing.teacher.phone, home, user) if standing else "",
            "headmaster": headmaster_on(standing.teacher.school) if standing else None,
            "rows": rows,
            "acts": acts.select_related("pairing__teacher", "recorded_by", "withdrawn_by")[:200],
            "standing_acts": acts.standing().count(),
            "sees_schools": bool(areas_of(user)),
            "may_edit": may(user, EDIT, home.area_id),
            "may_log": may(user, LOG, home.area_id),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def student_pair(request, pk: int):
    """Give a student a teacher."""
    now, user = chosen(request), request.user
    membership = student_for(user, pk, EDIT)
    member, area = membership.member, membership.household.area_id
    facts = MemberSurvey.objects.filter(member=member, year=now.year).first()
    form = PairForm(
        sent(request),
        actor=user,
        place=area,
        member=member,
        school_name=facts.school_name if facts else "",
        answered=bool(facts and facts.school_status),
        is_student=students(user, area, now.year, EDIT).filter(member=member).exists(),
    )
    return _about(
        request,
        member,
        form,
        partial(pair_student, member),
        told="已结对。",
        title=f"安排结对教师：{member.name}",
        button="结对",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def teaching_change(request, pk: int):
    """Give a student another teacher from a day on."""
    user = request.user
    row = pairing_for(user, pk)
    return _about(
        request,
        row.member,
        ChangeForm(sent(request), actor=user, place=row.member.household.area_id),
        partial(change_teacher, row),
        told="已换教师。",
        title=f"换教师：{row.member.name}",
        button="换教师",
        help=f"现由{row.teacher.school.name}{row.teacher.name}结对，{row.valid_from} 起。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def teaching_end(request, pk: int):
    """End a pairing."""
    row = pairing_for(request.user, pk)
    return _about(
        request,
        row.member,
        EndForm(sent(request)),
        partial(end_teaching, row),
        told="师生结对已终止。",
        title=f"终止师生结对：{row.member.name}",
        button="终止",
        help=f"{row.teacher.name}从这一天起不再结对；要换人的请用“换教师”。",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(EDIT)
def teaching_withdraw(request, pk: int):
    """Take a pairing back that was recorded by mistake."""
    row = pairing_for(request.user, pk)
    return _about(
        request,
        row.member,
        ReasonForm(sent(request)),
        partial(withdraw_teaching, row),
        told="已撤销。",
        title=f"撤销师生结对登记：{row.member.name}",
        button="撤销",
        help="登记错了的才撤销，记录保留，名下登记的活动一并不计；不再结对的请用“终止”。",
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(LOG)
def teaching_act(request, pk: int):
    """Record what the teacher did."""
    row = pairing_for(request.user, pk, LOG)
    return _about(
        request,
        row.member,
        ActForm(sent(request)),
        partial(record_act, row),
        right=LOG,
        told="已登记。",
        title=f"登记活动：{row.teacher.name}—{row.member.name}",
        button="登记",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(LOG)
def act_withdraw(request, pk: int):
    """Take a record of what was done back."""
    rows = TeacherAct.objects.visible_to(request.user, LOG) & TeacherAct.objects.visible_to(request.user)
    row = one_of(rows.select_related("pairing__member"), pk)
    member = row.pairing.member
    return _about(
        request,
        member,
        ReasonForm(sent(request)),
        partial(withdraw_act, row),
        right=LOG,
        told="已撤销。",
        title=f"撤销{row.get_kind_display()}登记：{member.name}",
        button="撤销",
        help="登记错了的才撤销，记录保留。",
        danger=True,
    )


def _about(request, member: Member, form, act, *, right: str = EDIT, **page):
    """The page of an act on what stands of a student; done, back to his page in the year one came from."""
    back = f"{reverse('households:student', args=[member.pk])}?year={chosen(request).year}"
    return acting(
        request,
        form,
        partial(act, actor=request.user),
        right=right,
        back=back,
        back_label=member.name,
        **page,
    )
