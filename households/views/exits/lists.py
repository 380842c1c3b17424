"""One step of a whole list on one page: the signed sheet is typed once, exceptions beside their household.

Who cannot take the step is shown apart with the reason; exactly those who are ticked go to the service.
"""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from households.exits.steps import STEPS
from households.exits.stopped import stopped
from households.forms.exits.papers import (
    AnnounceForm,
    CheckForm,
    FileForm,
    HangsForm,
    MarkForm,
    MeetingForm,
    SignForm,
    VerifyForm,
)
from households.forms.exits.rows import FailForm, VoteForm, WordForm
from households.models import ExitCase
from households.services.exits import county, marking, township, village
from households.services.exits.locking import cases_on
from households.views.exits.choosing import Row, fault_of, rows_of
from households.views.exits.reaching import attempt, roster_for, village_url
from poverty.areas.names import short_names
from poverty.files.kinds import Kind
from poverty.files.services import link, store
from poverty.review.models import Notice
from poverty.web.rights import requires

_STATES = {page: [one.state for one in STEPS if one.page == page] for page in {one.page for one in STEPS}}


def _step(
    page: str,
    title: str,
    right: str,
    make_form: Callable,
    make_row: Callable | None,
    act: Callable,
    *,
    hint: str = "",
):
    """The view of one step of a list. `act(roster, form, rows, user)` calls the service for the ticked rows and returns
    what to say.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @requires(right)
    def view(request, pk: int):
        roster = roster_for(request.user, pk, right)
        cases = cases_on(roster, request.user).filter(state__in=_STATES[page])
        why = stopped(page, ExitCase.objects.filter(pk__in=cases.values("pk")))
        cases = list(cases.select_related("household__settlement").order_by("household__settlement", "pk"))
        posted = request.method == "POST"
        sent = (request.POST, request.FILES) if posted else (None, None)
        hangs = county.hanging(roster) if page == "exit-announce" else None
        form = (HangsForm if hangs else make_form)(*sent, **_initial(page, roster))
        rows = rows_of(request, cases, make_row, why)
        ticked = [row for row in rows if row.ticked]
        if posted:
            valid = [form.is_valid(), *[row.form.is_valid() for row in ticked if row.form]]
            if fault := fault_of(request, rows):
                form.add_error(None, fault)
            elif all(valid):
                said = attempt(
                    form, right, lambda: _done(act, page, roster, form, ticked, request.user), request.user
                )
                if said:
                    messages.success(request, said)
                    return redirect(_village_url(roster))
        context = {
            "title": title,
            "hint": hint,
            "hangs": hangs,
            "roster": roster,
            "place": short_names([roster.area_code]).get(roster.area_code, ""),
            "rows": rows,
            "forms": [row.form for row in ticked if row.form],
            "form": form,
            "back": _village_url(roster),
        }
        return render(request, "households/exits/step.html", context, status=422 if posted else 200)

    return view


def _done(act: Callable, page: str, roster, form, rows: list[Row], user) -> str:
    """Carry a step out together with its uploaded sheet: what is refused leaves no file behind."""
    with transaction.atomic():
        if (sheet := form.cleaned_data.pop("sheet", None)) is not None:
            link(_stored(sheet, roster, user), roster, role=f"{page.removeprefix('exit-')}_sheet", actor=user)
        return act(roster, form, rows, user)


def _stored(upload, roster, user):
    if upload is None:
        return None
    return store(upload, actor=user, area_code=roster.area_code, kind=Kind.SCAN)


def _village_url(roster) -> str:
    return village_url(roster.area_code, roster.year)


def _initial(page: str, roster) -> dict:
    if page != "exit-announce":
        return {}
    last = Notice.objects.standing().filter(roster=roster).order_by("-pk").first()
    initial = {"title": f"{roster.year}年度贫困户退出公告"}
    if last is not None:
        initial |= {"publisher": last.publisher, "contact": last.contact, "place": last.place}
    return {"initial": initial}


def _failed(rows: list[Row]) -> dict[int, str]:
    return {row.case.pk: reason for row in rows if (reason := row.form.cleaned_data["reason"].strip())}


def _keys(rows: list[Row]) -> list[int]:
    return [row.case.pk for row in rows]


def _appraise(roster, form, rows, user) -> str:
    meeting = dict(form.cleaned_data)
    minutes = _stored(meeting.pop("minutes"), roster, user)
    items = [row.form.said() for row in rows]
    _, warnings = village.hold_appraisal(roster, items, actor=user, minutes=minutes, **meeting)
    agreed = sum(one.agreed for one in items)
    odd = f"请注意：{'；'.join(warnings)}" if warnings else ""
    return f"会议已定稿：通过 {agreed} 户，未通过 {len(rows) - agreed} 户。下一步：村级核实。{odd}"


def _verify(roster, form, rows, user) -> str:
    passed, failed = village.verify_list(
        roster, form.visit(_failed(rows)), form.paper(), actor=user, case_ids=_keys(rows)
    )
    return f"已核实 {passed} 户，退回重新测算 {failed} 户。下一步：农户签字。"


def _sign(roster, form, rows, user) -> str:
    words = [word for row in rows if (word := row.form.signed())]
    agreed, refused = village.sign(
        roster,
        words,
        actor=user,
        signed_on=form.cleaned_data["signed_on"],
        scan=_stored(form.cleaned_data["scan"], roster, user),
        late_reason=form.cleaned_data["late_reason"],
    )
    more = "不认可的户由乡镇组织联合核查。" if refused else "全部签字以后张贴第一次公示。"
    return f"认可 {agreed} 户，不认可 {refused} 户。{more}"


def _check(roster, form, rows, user) -> str:
    passed, failed = township.check_list(
        roster, form.visit(_failed(rows)), form.paper(), actor=user, case_ids=_keys(rows)
    )
    return f"核查通过 {passed} 户，退回 {failed} 户。下一步：张贴第二次公示。"


def _announce(roster, form, rows, user) -> str:
    notice, _ = county.announce(roster, actor=user, case_ids=_keys(rows), **form.cleaned_data)
    return f"已公告 {len(rows)} 户，到 {notice.last_day} 期满，次日起可以备案。"


def _file(roster, form, rows, user) -> str:
    done = county.file_list(roster, form.paper(), actor=user, case_ids=_keys(rows))
    return f"已备案 {done} 户。下一步：系统标注。"


def _mark(roster, form, rows, user) -> str:
    exited_on = form.cleaned_data["exited_on"]
    done = marking.mark_list(roster, form.paper(), actor=user, exited_on=exited_on, case_ids=_keys(rows))
    return f"已标注 {done} 户脱贫；下次国网导入显示已脱贫时自动确认。"


exit_appraise = _step(
    "exit-appraise", "民主评议", "register.propose", MeetingForm, VoteForm, _appraise,
    hint="整场会议录入一次：先填会议情况，再逐户填表决结果。亲属应当回避。",
)  # fmt: skip
exit_verify = _step(
    "exit-verify", "村级核实", "register.propose", VerifyForm, FailForm, _verify,
    hint="由村“两委”和驻村工作队逐户核实，第一书记确认名单；提出名单的人不能自己核实。",
)  # fmt: skip
exit_sign = _step(
    "exit-sign", "农户认可", "register.propose", SignForm, WordForm, _sign,
    hint="农户在退出确认书上签字按手印后扫描上传；不认可的写明原因，由乡镇联合核查。",
)  # fmt: skip
exit_check = _step(
    "exit-check", "乡镇核查", "register.confirm", CheckForm, FailForm, _check,
    hint="核查组逐户入户，对照指标核查；不通过的写明原因，退回村里。",
)  # fmt: skip


@require_safe
@requires("register.decide")
def exit_review(request, pk: int):
    """The county reviews at its desk, where what it decides is opened first: the queue of the list's village."""
    roster = roster_for(request.user, pk, "register.decide")
    return redirect(f"{reverse('households:desk')}?{urlencode({'place': roster.area_code})}")


exit_announce = _step(
    "exit-announce", "退出公告", "register.decide", AnnounceForm, None, _announce,
    hint="公告上只有勾选的户；没有勾选的另列名单，另行公告。",
)  # fmt: skip
exit_file = _step("exit-file", "报市备案", "register.decide", FileForm, None, _file)
exit_mark = _step(
    "exit-mark", "系统标注", "register.decide", MarkForm, None, _mark,
    hint="在全国扶贫开发信息系统标注后登记；户的脱贫属性同时改为已脱贫。",
)  # fmt: skip
