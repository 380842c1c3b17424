"""排查: the rounds, one with its coverage by village and group, the list of a village to tick off."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from households.forms.monitoring.rounds import RoundForm, VisitsForm
from households.models import Household, MonitoringRound, MustVisit, RoundVisit
from households.monitoring.rounds import close_round, coverage, households_of, note_visits, open_round
from households.options.must_visit_reasons import MUST_VISIT_REASONS
from households.services import personal
from households.services.personal import phones_of
from households.views.monitoring.reaching import round_for, typed_keys
from households.views.numbers import list_key
from households.views.personal import SEEN
from households.views.reaching import sent
from poverty.areas.models import Level, Settlement
from poverty.areas.names import full_names, short_names
from poverty.web.addresses import query_with
from poverty.web.form_errors import take_over
from poverty.web.paging import Page, keyset_page
from poverty.web.rights import MissingRight, requires

NEWEST = (("starts_on", "desc"), ("id", "desc"))
TABS = {"left": "未排查", "must": "必访未访", "done": "已排查"}
BY_GROUP = (("settlement_id", "asc", "last"), ("id", "asc"))


@require_safe
@requires("round.view")
def rounds(request):
    """Rounds over the person's places, the newest first."""
    page = keyset_page(
        MonitoringRound.objects.visible_to(request.user), order=NEWEST, after=request.GET.get("page")
    )
    names = full_names({one.area_code for one in page.rows})
    context = {
        "page": page,
        "lines": [(one, names.get(one.area_code, "")) for one in page.rows],
        "today": timezone.localdate(),
        "may_manage": request.user.has_right("round.manage"),
    }
    return render(request, "households/monitoring/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("round.manage")
def round_new(request):
    """Open a round; its must-visit list is made at once."""
    form = RoundForm(sent(request), user=request.user)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = open_round(values.pop("area_code"), actor=request.user, **values)
        except PermissionDenied as error:
            raise MissingRight(("round.manage",)) from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "排查已开始，必访户名单已生成。")
            return redirect("households:round", made.pk)
    return render(
        request, "households/monitoring/round_new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
@requires("round.view")
def round_page(request, pk):
    """How far a round is, by village and group, as far as the person sees."""
    one = round_for(request.user, pk)
    areas = request.user.scope("round.view").areas
    villages = _by_village(coverage(one, areas)) if areas else []
    if not areas:  # a helper: the villages of his own households
        own = Household.objects.visible_to(request.user, "round.view").under(one.area_code)
        villages = [{"code": code} for code in sorted(set(own.values_list("area_id", flat=True)))]
    names = short_names({row["code"] for row in villages})
    groups = Settlement.objects.in_bulk(
        {part.settlement_id for row in villages for part in row.get("groups", []) if part.settlement_id}
    )
    for row in villages:
        row["left"] = row.get("households", 0) - row.get("reached", 0)
    total = {
        key: sum(row.get(key, 0) for row in villages)
        for key in ("households", "reached", "called", "must", "must_reached")
    }
    context = {
        "round": one,
        "villages": [
            (
                row,
                names.get(row["code"], row["code"]),
                [(part, groups.get(part.settlement_id)) for part in row.get("groups", [])],
            )
            for row in villages
        ],
        "total": total,
        "counted": bool(areas),
        "may_manage": request.user.has_right_at("round.manage", one.area_code) and one.closed_at is None,
        "place": full_names([one.area_code]).get(one.area_code, ""),
        "today": timezone.localdate(),
    }
    return render(request, "households/monitoring/round.html", context)


def _by_village(parts) -> list[dict]:
    by_code = defaultdict(list)
    for part in parts:
        by_code[part.area_code].append(part)
    return [
        {
            "code": code,
            "groups": rows,
            **{
                key: sum(getattr(row, key) for row in rows)
                for key in ("households", "reached", "called", "must", "must_reached")
            },
        }
        for code, rows in by_code.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires("round.view")
def round_village(request, pk, code):
    """The households of a village in a round: must-visit first where asked, to tick off where the person may."""
    one, user = round_for(request.user, pk), request.user
    rows = _households(one, user, code)
    may_note = one.closed_at is None and user.has_right("round.visit")
    data = sent(request)
    if data is not None and not user.has_right("round.visit"):
        raise MissingRight(("round.visit",))
    form = VisitsForm(data)
    ticked = typed_keys(request, "household")
    if form.is_valid():
        try:
            number = note_visits(one, sorted(ticked), actor=user, **form.cleaned_data)
        except PermissionDenied as error:
            raise Http404 from error
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已登记 {number} 户。")
            return redirect(
                f"{reverse('households:round-village', args=[one.pk, code])}?show={request.GET.get('show', 'left')}"
            )
    context = {
        "round": one,
        "code": code,
        "place": short_names([code]).get(code, code),
        "form": form,
        "ticked": ticked,
        "may_note": may_note,
        "may_clue": user.has_right("clue.enter"),
        **_village_rows(request, one, rows),
    }
    return render(
        request, "households/monitoring/round_village.html", context, status=422 if form.errors else 200
    )


def _households(one: MonitoringRound, user, code: str) -> QuerySet[Household]:
    """The households of a village in a round that the person sees; 404 for a village of others."""
    if len(code) != Level.VILLAGE or not code.startswith(one.area_code):
        raise Http404
    rows = households_of(one).under(code) & Household.objects.visible_to(user, "round.view")
    if not rows.exists() and not user.has_right_at("round.view", code):
        raise Http404
    return rows


def _sets(one: MonitoringRound, rows) -> dict[str, QuerySet[Household]]:
    """Whom a tab lists. Of a round that is over only whom it reached: who was left is counted as of its end, by group
    (RoundCoverage), and the households of now would tell something else.
    """
    visits = RoundVisit.objects.filter(round=one, household=OuterRef("pk"))
    must = MustVisit.objects.filter(round=one, household=OuterRef("pk"))
    done = {"done": rows.filter(Exists(visits))}
    if one.closed_at is not None:
        return done
    return {
        "left": rows.filter(~Exists(visits)),
        "must": rows.filter(Exists(must), ~Exists(visits)),
        **done,
    }


def _shown(request, one: MonitoringRound, rows) -> tuple[str, Page]:
    """The tab asked for, and the page of its households."""
    sets = _sets(one, rows)
    show = request.GET.get("show") or next(iter(sets))
    if show not in TABS:
        raise Http404
    show = show if show in sets else next(iter(sets))
    return show, keyset_page(
        sets[show].select_related("settlement"), order=BY_GROUP, after=request.GET.get("page")
    )


def _village_rows(request, one: MonitoringRound, rows) -> dict:
    show, page = _shown(request, one, rows)
    ids = [row.pk for row in page.rows]
    reasons = defaultdict(list)
    for household_id, reason in MustVisit.objects.filter(round=one, household__in=ids).values_list(
        "household_id", "reason"
    ):
        reasons[household_id].append(MUST_VISIT_REASONS.label(reason))
    known = {row.household_id: row for row in RoundVisit.objects.filter(round=one, household__in=ids)}
    user = request.user
    numbers = phones_of(page.rows, user)
    return {
        "callable": user.scope("phone.view").paired,
        "may_reveal": any(numbers.values()) and user.has_right("personal.reveal"),
        "page_query": query_with(request.GET),
        "show": show,
        "page": page,
        "tabs": [
            (TABS[key], f"?show={key}", found.count(), key == show) for key, found in _sets(one, rows).items()
        ],
        "lines": [
            (row, "、".join(reasons[row.pk]), known.get(row.pk), numbers.get(row.pk, "")) for row in page.rows
        ],
    }


@require_http_methods(["GET", "POST"])
@requires("personal.reveal")
@never_cache
def round_phones(request, pk, code):
    """GET asks for the purpose; POST shows the telephone numbers of the page of a village at this address, in full.

    The village calls who is away. Asked once a session for the same households, and written to the log.
    """
    one, user = round_for(request.user, pk), request.user
    _, page = _shown(request, one, _households(one, user, code))
    allowed = Household.objects.visible_to(user, personal.RIGHT)
    keys = set(allowed.filter(pk__in=[row.pk for row in page.rows]).values_list("pk", flat=True))
    rows = [row for row in page.rows if row.pk in keys]
    place = short_names([code]).get(code, code)
    key, seen = list_key("phones", keys), request.session.setdefault(SEEN, {})
    context = {
        "round": one,
        "code": code,
        "place": place,
        "count": len(rows),
        "left_out": len(page.rows) - len(rows),
        "purposes": personal.PURPOSES,
        "typed": request.POST,
        "known": seen.get(key, ""),
        "errors": {},
        "page_query": query_with(request.GET),
    }
    if request.method == "POST" and rows:
        try:
            purpose = "" if context["known"] else personal.asked_purpose(request.POST)
            numbers = personal.reveal_phones(
                rows, actor=user, purpose=purpose, about=f"{place}排查名单一页", key=key, seen=seen
            )
        except ValidationError as error:
            context["errors"] = {name: texts[0] for name, texts in error.message_dict.items()}
            return render(request, "households/monitoring/round_phones.html", context, status=422)
        request.session.modified = True
        context["known"] = seen[key]
        context["lines"] = [(row, numbers.get(row.pk, "")) for row in rows]
    return render(request, "households/monitoring/round_phones.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("round.manage")
def round_close(request, pk):
    """End a round; asks first."""
    one = round_for(request.user, pk, "round.manage")
    if request.method == "POST":
        try:
            close_round(one, actor=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, "排查已结束，覆盖情况已定。")
        return redirect("households:round", pk)
    context = {
        "question": f"结束“{one.title}”？",
        "losses": ["各村不能再登记排查。", "各村、各组的覆盖情况按此刻定下来，以后不再变。"],
        "action": "结束排查",
        "cancel_url": reverse("households:round", args=[pk]),
        "danger": True,
    }
    return render(request, "web/confirm.html", context)
