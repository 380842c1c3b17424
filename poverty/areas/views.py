"""Pages of the tree, of an area and of its settlements."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas import overview, services, tree
from poverty.areas.forms import CloseSettlementForm, SettlementForm
from poverty.areas.models import Area, Level, Settlement
from poverty.areas.names import full_names
from poverty.audit.models import Entry
from poverty.audit.presentation import lines
from poverty.web.form_errors import take_over
from poverty.web.paging import keyset_page
from poverty.web.rights import requires
from poverty.web.typed import led_on

FOUND = 50
STORY = 30
# Pages of apps above, known by name only; where they are missing nothing is drawn.
FACT_PAGE = "households:settlement-fact"
FILES_PART = "files:gallery"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("area.view")
def area_tree(request):
    """The person's own part of the tree, opened by links, and search by name, pinyin initials or code."""
    led = led_on(
        request,
        ("q",),
        may_stand=Area.objects.hold_code,
        instead="没有以此开头的区划代码，请核对，或按名称、拼音首字母查找。",
    )
    if led:
        return led
    text = request.GET.get("q", "").replace("\x00", "").strip()  # PostgreSQL holds no NUL
    visible = Area.objects.visible_to(request.user)
    context = {"q": text}
    if text:
        found = list(_search(Area.objects.inside_scope(request.user), text)[: FOUND + 1])
        names = full_names(area.code for area in found)
        context["found"] = [(area, names[area.code]) for area in found[:FOUND]]
        context["more"] = len(found) > FOUND
    else:
        opened = request.GET.get("open", "")
        own = request.user.scope("area.view").areas
        context["branches"] = tree.roots(visible, own, opened, timezone.localdate())
    return render(request, "areas/tree.html", context)


@require_safe
@requires("area.view")
def branch(request, code):
    """One branch as a part of the page: open with its children, or closed (`?closed=1`)."""
    visible = Area.objects.inside_scope(request.user)
    found = tree.branch(visible, code, timezone.localdate(), opened="closed" not in request.GET)
    if found is None:
        raise Http404
    return render(request, "areas/_branch.html", {"branch": found})


@require_safe
@requires("area.view")
def area(request, code):
    """An area: what lies below, its settlements with the four facts, names and changes."""
    today = timezone.localdate()
    visible = Area.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("parent"), code=code)
    settlements = Settlement.objects.visible_to(request.user)
    context = {
        "area": found,
        "level": Level(found.level).label,
        "full_name": full_names([code])[code],
        "events": overview.history(found),
    }
    if found.level == Level.VILLAGE:
        page = keyset_page(
            settlements.filter(village=code),
            order=(("name", "asc"),),
            after=request.GET.get("page"),
            size=100,
        )
        context |= {
            "page": page,
            "rows": overview.facts_of(page.rows, today),
            "facts": overview.FACTS,
            "may_edit": not found.valid_to and request.user.has_right_at("settlement.edit", code),
        }
    else:
        context |= {
            "levels": overview.levels_below(visible, found, today),
            "children": visible.in_force(today).filter(parent=code),
            "summary": overview.fact_summary(settlements, found, today),
        }
    return render(request, "areas/area.html", context)


@require_safe
@requires("area.view")
def settlement(request, pk):
    """A settlement: the four facts today, how they came about, and what was done to it."""
    found = get_object_or_404(Settlement.objects.visible_to(request.user).select_related("village"), pk=pk)
    [(_, facts)] = overview.facts_of([found], timezone.localdate())
    may_edit = not found.valid_to and request.user.has_right_at("settlement.edit", found.village_id)
    pages = [(one, "" if found.valid_to else _fact_page(request.user, found, one.fact)) for one in facts]
    context = {
        "settlement": found,
        "facts": pages,
        "may_state": any(url for _, url in pages),
        "history": found.facts.order_by("-valid_from", "fact"),
        "full_name": full_names([found.village_id])[found.village_id],
        "may_edit": may_edit,
        "papers": _papers(found) if request.user.has_right_at("file.view", found.village_id) else [],
        "story": lines(Entry.objects.for_case("areas.settlement", pk).select_related("actor")[:STORY]),
    }
    return render(request, "areas/settlement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("settlement.edit")
def settlement_add(request, code):
    """Add a natural village or group to a village."""
    villages = Area.objects.inside_scope(request.user, "settlement.edit").filter(level=Level.VILLAGE)
    village = get_object_or_404(villages, code=code, valid_to=None)
    form = SettlementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_settlement(village, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已登记 {added.name}。")
            return redirect("areas:settlement", added.pk)
    context = {"form": form, "village": village, "back": reverse("areas:area", args=[code])}
    return render(request, "areas/settlement_form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("settlement.edit")
def settlement_change(request, pk):
    """Correct the name or kind of a settlement."""
    found = _editable(request, pk)
    form = SettlementForm(request.POST or None, settlement=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_settlement(found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect("areas:settlement", pk)
    context = {
        "form": form,
        "village": found.village,
        "settlement": found,
        "back": reverse("areas:settlement", args=[pk]),
    }
    return render(request, "areas/settlement_form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("settlement.edit")
def settlement_close(request, pk):
    """End a settlement; its own page says what ends with it."""
    found = _editable(request, pk)
    form = CloseSettlementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_settlement(found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            take_over(form, error)
        else:
            messages.success(request, f"已撤销 {found.name}。")
            return redirect("areas:area", found.village_id)
    context = {
        "form": form,
        "settlement": found,
        "action": f"撤销{found.get_kind_display()}",
        "question": f"撤销 {found.village.name} 的 {found.name}？",
        "losses": [
            "撤销后不能再登记设施情况，也不能恢复。",
            "现行的饮水、用电、广播电视、道路情况在撤销日截止，历史保留。",
        ],
        "cancel_url": reverse("areas:settlement", args=[pk]),
        "danger": True,
    }
    return render(request, "areas/settlement_close.html", context, status=_status(form))


def _search(areas, text):
    """Areas in force whose name holds the text, or whose initials or code begin with it."""
    named = Q(name__contains=text)
    if text.isascii():
        named |= Q(pinyin__startswith=text.lower()) | Q(code__startswith=text)
    return areas.in_force(timezone.localdate()).filter(named).order_by("level", "code")


def _editable(request, pk):
    areas = Area.objects.inside_scope(request.user, "settlement.edit")
    rows = Settlement.objects.visible_to(request.user).filter(village__in=areas, valid_to=None)
    return get_object_or_404(rows.select_related("village"), pk=pk)


def _fact_page(user, settlement, fact) -> str:
    may = services.may_set_fact(user, fact, settlement.village_id)
    return _page_above(FACT_PAGE, settlement.pk, fact.value) if may else ""


def _papers(settlement) -> list[tuple[str, str]]:
    """Label and address of the parts that list the files of each fact, and the photos."""
    parts = [*((fact.label, fact.value) for fact in overview.FACTS), ("现场照片", "photo")]
    found = [
        (label, _page_above(FILES_PART, "areas.settlement", settlement.pk, role)) for label, role in parts
    ]
    return [(label, url) for label, url in found if url]


def _page_above(name, *arguments) -> str:
    """The address of a page of an app above, "" while there is none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _status(form) -> int:
    return 422 if form.errors else 200
