"""Papers of responsibility: who has not signed, one paper, registering, signing, correcting, withdrawing, printing."""

from functools import partial
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from households.disclosure import whole_to
from households.helping.expected import expected
from households.helping.forms import (
    AgreementForm,
    CorrectForm,
    PaperForm,
    PrepareForm,
    SignForm,
    WithdrawForm,
    period_of,
)
from households.helping.services.agreements import prepare_agreements, without_agreement
from households.helping.services.signing import RIGHT, correct, register, sign, withdraw
from households.models import Household, Pairing, Responsibility
from households.options.responsibility_kinds import RESPONSIBILITY_KINDS
from households.views.reaching import sent
from poverty.areas.names import full_names, short_names
from poverty.sql.prefix import within
from poverty.web import chosen
from poverty.web.one_form import acting
from poverty.web.paging import count_up_to, keyset_page
from poverty.web.rights import requires

SIZE = 50
MOST = 200
VIEW = "responsibility.view"
_TABS = (
    ("unsigned", "没有签的"),
    ("missing", "应签没有登记"),
    ("overtaken", "已换帮扶人、待作废"),
    ("signed", "已签的"),
    ("all", "全部"),
)


def seen_by(user):
    """Papers that a person sees: of places, and of households that he sees whole."""
    whole = Household.objects.visible_to(user, VIEW).filter(whole_to(user))
    return Responsibility.objects.visible_to(user).filter(
        Q(household__isnull=True) | Q(household__in=whole.values("pk"))
    )


def paper_for(user, pk: int, right: str = VIEW) -> Responsibility:
    """A paper over which a person holds a right, and that he sees; or 404."""
    rows = (seen_by(user) & Responsibility.objects.visible_to(user, right)).filter(pk=pk)
    row = rows.select_related(
        "area", "household__area", "person__unit", "unit", "scan", "recorded_by"
    ).first()
    if row is None:
        raise Http404
    return row


@require_safe
@requires(VIEW)
def papers(request):
    """Who has not signed, who should have a paper and has none, and what was signed, in the chosen year."""
    now, user = chosen.chosen(request), request.user
    tab = request.GET.get("tab", "unsigned")
    if tab not in dict(_TABS):
        raise Http404
    kind = request.GET.get("kind", "")
    place = Q(household__isnull=True) & within("area_id", [now.area_code])
    rows = seen_by(user).filter(place | within("household__area_id", [now.area_code]), year=now.year)
    if kind in RESPONSIBILITY_KINDS:
        rows = rows.filter(kind=kind)
    missing = _missing(user, now.area_code, now.year)
    unsigned = rows.current().unsigned()
    overtaken = unsigned.overtaken_on(timezone.localdate())
    sets = {
        "unsigned": unsigned.exclude(pk__in=overtaken.values("pk")),
        "missing": missing,
        "overtaken": overtaken,
        "signed": rows.current().signed(),
        "all": rows,
    }
    holders = expected(user, now.area_code, now.year) if user.has_right("post.view") else []
    counts = {key: found.count() for key, found in sets.items()}
    households = counts["missing"]
    counts["missing"] += len(holders)
    context = {
        "now": now,
        "tab": tab,
        "tabs": [
            (
                label,
                f"{reverse('households:responsibilities')}?{urlencode({'tab': key, 'kind': kind})}",
                counts[key],
                key == tab,
            )
            for key, label in _TABS
        ],
        "kind": kind,
        "kinds": list(RESPONSIBILITY_KINDS),
        "may_edit": user.has_right(RIGHT),
        "missing_count": households,
    }
    if tab == "missing":
        order = (("household__area_id", "asc"), ("id", "asc"))
        shown = missing.select_related("household__area", "helper__unit")
        context["page"] = page = keyset_page(shown, order=order, after=request.GET.get("page"), size=SIZE)
        names = short_names(row.household.area_id for row in page.rows)
        context["rows"] = [(row, names.get(row.household.area_id, "")) for row in page.rows]
        context["holders"], context["more_holders"] = holders[:MOST], len(holders) > MOST
    else:
        rows = sets[tab].select_related("area", "household__area", "person", "unit")
        order = (("area_id", "asc"), ("id", "asc"))
        context["page"] = page = keyset_page(rows, order=order, after=request.GET.get("page"), size=SIZE)
        names = short_names(row.area_id for row in page.rows)
        context["rows"] = [(row, names.get(row.area_id, "")) for row in page.rows]
        context["count"] = count_up_to(rows)
    return render(request, "households/helping/papers.html", context)


def _missing(user, area_code: str, year: int):
    """Pairings without an agreement of the year, of households that the person sees whole."""
    whole = Household.objects.visible_to(user, VIEW).filter(whole_to(user))
    rows = without_agreement(area_code, year).filter(household__in=whole.values("pk"))
    return rows & Pairing.objects.visible_to(user, VIEW)


@require_safe
@requires(VIEW)
def paper(request, pk: int):
    """One paper: its sides, what it promises, how far the signing has come, its versions, its scan."""
    row = paper_for(request.user, pk)
    versions, one = [row], row
    while one.replaces_id:
        one = Responsibility.objects.select_related("recorded_by").get(pk=one.replaces_id)
        versions.append(one)
    newer = Responsibility.objects.filter(replaces=row.pk).first()
    place = row.household.area_id if row.household_id else row.area_id
    context = {
        "row": row,
        "place": full_names([row.area_id]).get(row.area_id, row.area_id),
        "versions": versions[1:],
        "newer": newer,
        "may_edit": row.is_current and request.user.has_right_at(RIGHT, place),
    }
    return render(request, "households/helping/paper.html", context)


@require_safe
@requires(VIEW)
def paper_print(request, pk: int):
    """The sheet that both sides sign."""
    row = paper_for(request.user, pk)
    context = {"row": row, "place": full_names([row.area_id]).get(row.area_id, row.area_id)}
    return render(request, "households/helping/print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def paper_new(request):
    """Register 责任书, 责任双签 or 责任状."""
    now = chosen.chosen(request)
    areas = [
        (one.code, "　" * one.depth + one.name)
        for one in chosen.choices(request, now.area_code)
        if len(one.code) >= 6 and request.user.has_right_at(RIGHT, one.code)
    ]
    known = {name: request.GET[name] for name in ("unit", "name", "kind") if request.GET.get(name)}
    form = PaperForm(
        sent(request),
        areas=areas,
        county=now.area_code[:6],
        initial={"year": now.year, "area": now.area_code, **period_of(now.year), **known},
    )
    return _registering(request, form, "登记责任书")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreement_new(request):
    """Register the agreement of one household."""
    now = chosen.chosen(request)
    initial = {"year": now.year, "household": request.GET.get("household", ""), **period_of(now.year)}
    return _registering(
        request, AgreementForm(sent(request), actor=request.user, initial=initial), "登记帮扶协议"
    )


def _registering(request, form, title: str):
    return acting(
        request,
        form,
        partial(register, actor=request.user),
        right=RIGHT,
        back=reverse("households:responsibilities"),
        then=_page,
        told="已登记，还没有签。打印后双方签字，再登记签订日期和扫描件。",
        title=title,
        button=title,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def agreements_prepare(request):
    """Register agreements for every household of the chosen place that has a helper and none of the year."""
    now = chosen.chosen(request)
    form = PrepareForm(sent(request), initial=period_of(now.year))
    waiting = without_agreement(now.area_code, now.year).count() if now.area_code else 0
    return acting(
        request,
        form,
        partial(prepare_agreements, now.area_code, now.year, actor=request.user),
        right=RIGHT,
        back=reverse("households:responsibilities"),
        told=lambda number: f"已登记 {number} 份{now.year}年度结对帮扶协议，签字后逐份登记签订。",
        template="households/helping/prepare.html",
        now=now,
        waiting=waiting,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def paper_sign(request, pk: int):
    """Note the signatures of one or of both sides, with the scan."""
    row = paper_for(request.user, pk, RIGHT)
    return acting(
        request,
        SignForm(sent(request), request.FILES if request.method == "POST" else None, paper=row),
        partial(sign, row, actor=request.user),
        told="已登记签订。",
        **_about(row, "登记签订"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def paper_correct(request, pk: int):
    """Register a further version."""
    row = paper_for(request.user, pk, RIGHT)
    known = {name: getattr(row, name) for name in CorrectForm.base_fields if name != "reason"}
    form = CorrectForm(sent(request), initial=known)
    return acting(
        request,
        form,
        lambda reason, **_: correct(row, form.changes(), reason=reason, actor=request.user),
        then=_page,
        told=lambda new: f"已更正为第 {new.version} 版，须重新签订；原来的一版仍可查看。",
        help="更正不改原来的一版，另成新的一版，须重新签订、重新扫描。",
        **_about(row, "更正"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(RIGHT)
def paper_withdraw(request, pk: int):
    """Say that a paper does not count."""
    row = paper_for(request.user, pk, RIGHT)
    return acting(
        request,
        WithdrawForm(sent(request), initial={"on": timezone.localdate()}),
        partial(withdraw, row, actor=request.user),
        told="已作废，留有记录。",
        danger=True,
        **_about(row, "作废"),
    )


def _page(row: Responsibility) -> str:
    return reverse("households:responsibility", args=[row.pk])


def _about(row: Responsibility, button: str) -> dict:
    """What the page of one form about a paper says around the form."""
    return {
        "right": RIGHT,
        "back": _page(row),
        "title": f"{button}：{row.get_kind_display()}",
        "subheading": f"{row.year}年度 · {row.side}与{row.other_side} · {row.standing}",
        "button": button,
    }
