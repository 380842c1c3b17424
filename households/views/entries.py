"""Identification, 返贫 and 户清退: the lists of what waits, the application form, and the page of a case."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.disclosure import whole_to
from households.entries.basis import figures
from households.entries.models import EntryCase
from households.entries.next_steps import NEXT, TABS, actions, held, stages
from households.entries.services.applying import apply, authorise
from households.forms.changes import DecisionForm
from households.forms.entries import ApplyForm, AuthoriseForm, FindHouseholdForm, SittingForm
from households.models import Household
from households.options.regimes import REGISTRATION, regime_on
from households.readers import READERS
from households.views.reaching import household_for, sent
from poverty.areas.names import short_names
from poverty.files.kinds import Kind
from poverty.files.models import FileLink
from poverty.files.services import store
from poverty.review.models import MeetingItem, Notice, RosterEntry
from poverty.review.services import steps_of
from poverty.sql.prefix import within
from poverty.web.chosen import chosen
from poverty.web.one_form import acted, acting, asking
from poverty.web.paging import keyset_page
from poverty.web.rights import requires

SHOWN = 500
CASE = "households.entrycase"
# What a tab's people do with the ticked cases: right, button, what is told of {n} of them.
ACTS = {
    "appraised": ("register.confirm", "审核通过选中的户", "已审核通过 {n} 户，乡镇可以张贴第二次公示。"),
    "checked": ("register.decide", "审核通过选中的户", "已审核通过 {n} 户，等领导小组审定。"),
    "reviewed": ("register.decide", "登记审定选中的户", "已登记审定 {n} 户，可以张贴公告。"),
    "decided": ("register.decide", "已公告的转入待办结", "{n} 户已公告，公告期满后办结。"),
    "announced": ("register.decide", "办结选中的户", "已办结 {n} 户，户的登记已随之变更。"),
}
_FIRST_TAB = (
    ("register.decide", "checked"),
    ("register.confirm", "appraised"),
    ("register.propose", "compared"),
)


def visible(user):
    """Cases of households that a person sees whole: an application tells everything at once."""
    seen = Household.objects.visible_to(user).filter(whole_to(user))
    return EntryCase.objects.filter(household__in=seen.values("pk"))


def case_for(user, pk: int) -> EntryCase:
    """A case that the person may see, or 404."""
    rows = visible(user).select_related("household__area", "household__settlement", "refusal", "created_by")
    case = rows.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


@require_safe
@requires(*READERS)
def entries(request):
    """What waits at a step, by ?tab=; the first one is the person's own."""
    return page(request, tab_of(request))


def tab_of(request) -> str:
    """The tab asked for, or the one of the person's work."""
    asked = request.GET.get("tab", "")
    if asked in {*dict(TABS), "ended", "papers"}:
        return asked
    for right, tab in _FIRST_TAB:
        if request.user.has_right(right):
            return tab
    return "appraised"


def in_view(request):
    """Cases of the chosen place."""
    rows, code = visible(request.user), chosen(request).area_code
    return rows.filter(within("household__area_id", [code])) if code else rows


def page(request, tab: str, form=None, ticked: frozenset = frozenset(), problems=()):
    """The list of a tab, with the form that passes the ticked ones on where the person may."""
    rows, user = in_view(request), request.user
    right, button, _ = ACTS.get(tab, ("", "", ""))
    context = {
        "tab": tab,
        "tabs": _tabs(request, rows, tab),
        "now": chosen(request),
        "next": NEXT.get(tab),
        "may_apply": user.has_right("register.propose"),
        "may_act": bool(right) and user.has_right(right),
        "button": button,
        "ticked": ticked,
        "problems": problems,
        "may_appraise": tab == "compared" and user.has_right("register.propose"),
        "may_compare": tab == "applied" and user.has_right("register.confirm"),
        "may_deliver": user.has_right("register.propose") or user.has_right("register.confirm"),
    }
    if tab in NEXT:
        found = rows.filter(state=tab).select_related("household").order_by("household__area_id", "pk")
        found = list(found[: SHOWN + 1])
        context |= {"more": len(found) > SHOWN, "lines": _lines(found[:SHOWN], tab)}
        if context["may_act"]:
            context["form"] = form or form_of(tab)
    else:
        found = (
            rows.filter(refusal__delivered_on=None, state="refused")
            if tab == "papers"
            else rows.filter(state__in=("done", "refused", "withdrawn"))
        )
        got = keyset_page(
            found.select_related("household", "refusal"),
            order=(("id", "desc"),),
            after=request.GET.get("page"),
            size=50,
        )
        context |= {"page": got, "lines": _lines(got.rows, tab)}
    wrong = form is not None and (form.errors or problems)
    return render(request, "households/entries/list.html", context, status=422 if wrong else 200)


def form_of(tab: str, data=None):
    """The form below the list of a tab."""
    if tab == "reviewed":
        return SittingForm(data, numbered=True)
    form = DecisionForm(data)
    form.fields["happened_on"].label = "办理日期"
    form.fields["document_name"].label = "材料或文号"
    return form


def _tabs(request, rows, now: str) -> list[tuple]:
    counts = {key: rows.filter(state=key).count() for key, _ in TABS}
    counts["papers"] = rows.filter(state="refused", refusal__delivered_on=None).count()
    labels = (*TABS, ("papers", "告知书待送达"), ("ended", "已办结"))
    return [(label, f"?tab={key}", counts.get(key), key == now) for key, label in labels]


def _lines(cases: list[EntryCase], tab: str) -> list[dict]:
    """Cases with place, list, and what still holds each."""
    places = short_names(case.household.area_id for case in cases)
    ids = [case.pk for case in cases]
    rosters = dict(
        RosterEntry.objects.standing()
        .filter(case_type=CASE, case_id__in=ids)
        .values_list("case_id", "roster_id")
    )
    rows = EntryCase.objects.filter(pk__in=ids)
    waits = held(tab, rows) if tab in ACTS else {}
    measured = figures(rows.exclude(kind=EntryCase.Kind.CLEARANCE)) if tab in ACTS else {}
    return [
        {
            "case": case,
            "place": places.get(case.household.area_id, ""),
            "roster": rosters.get(case.pk),
            "held": waits.get(case.pk, ""),
            "exception": measured[case.pk].exception if case.pk in measured else "",
        }
        for case in cases
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def apply_start(request):
    """Choose whom a new case is about, then what."""
    form = FindHouseholdForm(sent(request), actor=request.user)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["household"]:
        return redirect("households:apply-household", form.cleaned_data["household"].pk)
    return asking(request, form, template="households/entries/start.html")


@require_safe
@requires("register.propose")
def apply_household(request, pk: int):
    """What can be applied for with this household, and why the rest cannot."""
    household = household_for(request.user, pk, "register.propose")
    open_case = household.entries.open().first()
    kinds = [(kind, _why_not(kind.value, household)) for kind in EntryCase.Kind]
    context = {
        "household": household,
        "kinds": kinds,
        "open_case": open_case,
        "late": regime_on(timezone.localdate()) != REGISTRATION,
    }
    return render(request, "households/entries/kinds.html", context)


def _why_not(kind: str, household: Household) -> str:
    ordinary = household.kind == "general_rural" and not household.status
    if kind == EntryCase.Kind.IDENTIFICATION:
        return "" if ordinary else "已在建档立卡范围"
    if kind == EntryCase.Kind.RETURN:
        return "" if household.status in ("exited", "exited_code_4") else "只有已脱贫的户才能返贫"
    return "一般农户不需清退" if ordinary else ""


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def apply_form(request, pk: int, kind: str):
    """The application; what was typed stays when it is refused."""
    household = household_for(request.user, pk, "register.propose")
    if kind not in EntryCase.Kind.values:
        raise Http404
    form = ApplyForm(sent(request), request.FILES or None, kind=kind)
    if request.method != "POST":
        form.fields["applicant"].initial = "" if kind == EntryCase.Kind.CLEARANCE else household.head_name
    return acted(
        request,
        form,
        lambda **_: _apply(kind, household, form, request.user),
        right="register.propose",
        then=page_of,
        told="已登记申请，等乡镇送部门比对。",
    ) or asking(
        request,
        form,
        template="households/entries/apply.html",
        household=household,
        kind=EntryCase.Kind(kind),
        asked=form.asked,
    )


def _apply(kind: str, household: Household, form: ApplyForm, actor) -> EntryCase:
    data = form.cleaned_data
    names = (
        "applied_by",
        "applicant",
        "applied_on",
        "reason",
        "document_name",
        "cause",
        "ground",
        "authorised_on",
        "late_reason",
        "decided_by_name",
    )
    return apply(
        kind,
        household,
        actor=actor,
        stated=form.stated(),
        scans=scans_of(form, ("application", "authorisation"), household.area_id, actor),
        **{name: data[name] for name in names if name in data},
    )


def scans_of(form, names, area_code: str, actor) -> dict:
    """The uploads of a form stored, by field; what a file is refused for stands at its field."""
    found = {}
    for name in names:
        upload = form.cleaned_data.get(name)
        if upload is None:
            continue
        try:
            found[name] = store(upload, actor=actor, area_code=area_code, kind=Kind.SCAN)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
    return found


@require_safe
@requires(*READERS)
def entry(request, pk: int):
    """A case: where it stands, what comes next, what was stated, compared, voted and posted."""
    case = case_for(request.user, pk)
    items = MeetingItem.objects.filter(case_type=CASE, case_id=pk).select_related("meeting").order_by("pk")
    listed = RosterEntry.objects.filter(case_type=CASE, case_id=pk).select_related("roster").order_by("pk")
    files = FileLink.objects.visible_to(request.user, CASE).of(CASE, pk)
    context = {
        "case": case,
        "stages": stages(case),
        "next": NEXT.get(case.state),
        "actions": actions(case, request.user),
        "measured": figures(EntryCase.objects.filter(pk=pk)).get(pk),
        "comparisons": case.comparisons.order_by("-round", "pk"),
        "items": items,
        "listed": listed,
        "notices": Notice.objects.filter(roster__in=[one.roster_id for one in listed]).order_by("pk"),
        "refusal": getattr(case, "refusal", None),
        "steps": steps_of(CASE, pk),
        "files": files,
        "may_authorise": case.state == "applied"
        and case.authorised_on is None
        and case.kind != EntryCase.Kind.CLEARANCE
        and request.user.has_right_at("register.propose", case.area_code),
        "may_deliver": any(
            request.user.has_right_at(right, case.area_code)
            for right in ("register.propose", "register.confirm")
        ),
    }
    return render(request, "households/entries/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("register.propose")
def entry_authorise(request, pk: int):
    """The household has signed the authorisation after all."""
    case = case_for(request.user, pk)
    form = AuthoriseForm(sent(request), request.FILES or None)

    def act(authorised_on, **_):
        scans = scans_of(form, ("authorisation",), case.area_code, request.user)
        authorise(case, actor=request.user, on=authorised_on, scan=scans.get("authorisation"))

    words = {"told": "已登记授权，乡镇可以比对。", "title": "登记授权书", "button": "保存"}
    return about(request, case, form, act, right="register.propose", **words)


def page_of(case: EntryCase) -> str:
    """The address of a case."""
    return reverse("households:entry", args=[case.pk])


def about(request, case: EntryCase, form, act, **page):
    """The page of one form about one case, as `acting` carries it out."""
    label, template = f"{case.household.head_name}户", "households/case_step.html"
    return acting(
        request, form, act, back=page_of(case), back_label=label, template=template, case=case, **page
    )
