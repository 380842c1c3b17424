"""Looking at standards: the list, which one applies where, and one of them with everything behind it."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas.models import Area, Level
from poverty.areas.querysets import codes_above
from poverty.review.services import steps_of
from poverty.standards import services
from poverty.standards.differences import above, deviations
from poverty.standards.filters import StandardFilter
from poverty.standards.in_force import in_force, in_force_many, more_specific
from poverty.standards.indicators import specs
from poverty.standards.models import FIRST_YEAR, Standard
from poverty.standards.statuses import Status
from poverty.standards.subjects import Subject
from poverty.standards.views.fetching import area_names, visible
from poverty.standards.workflow import STANDARD
from poverty.web.chosen import chosen
from poverty.web.paging import keyset_page
from poverty.web.rights import requires
from poverty.web.typed import led_on

COLOURS = {
    Status.DRAFT: "amber",
    Status.PUBLISHED: "green",
    Status.SUPERSEDED: "grey",
    Status.WITHDRAWN: "grey",
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("standard.view")
def standard_list(request):
    """Standards of the user's area and those published above it, the latest year first."""
    led = led_on(
        request,
        StandardFilter.base_filters,
        typed=("place",),
        may_stand=Area.objects.hold_code,
        instead="没有以此开头的区划代码，请核对。",
    )
    if led:
        return led
    rows = Standard.objects.visible_to(request.user).select_related("drafted_by", "published_by")
    found = StandardFilter(request.GET, queryset=rows)
    page = keyset_page(
        found.qs,
        order=(
            ("year", "desc"),
            ("area_code", "asc"),
            ("subject", "asc"),
            ("version", "desc"),
            ("id", "desc"),
        ),
        after=request.GET.get("page"),
    )
    names = area_names(row.area_code for row in page.rows)
    now = chosen(request)
    return render(
        request,
        "standards/list.html",
        {
            "filter": found,
            "page": page,
            "rows": [(row, names[row.area_code], COLOURS[row.status]) for row in page.rows],
            "now": now,
            "here": in_force(Subject.HOUSEHOLD, now.year, now.area_code),
            "may_draft": request.user.has_right("standard.draft"),
        },
    )


@dataclass(frozen=True)
class Place:
    """A line of 哪里用哪个标准. `reason`: why this one applies; `below`: how many places inside differ."""

    area: Area
    standard: Standard | None
    reason: str
    below: int
    is_root: bool
    may_open: bool


@require_safe
@requires("standard.view")
def where(request):
    """Which standard applies to an area and to each area right below it, down to the township, and why."""
    now = chosen(request)
    subject = request.GET.get("subject", Subject.HOUSEHOLD)
    if subject not in Subject.values:
        subject = Subject.HOUSEHOLD
    areas = Area.objects.visible_to(request.user).in_force(timezone.localdate())
    root = (
        areas.filter(pk=now.area_code).first() if now.area_code else areas.order_by("level", "code").first()
    )
    if now.area_code and root is None:
        raise Http404
    places: list[Place] = []
    if root is not None:
        below = areas.filter(parent=root, level__lte=Level.TOWNSHIP).order_by("code")
        places = _places(root, list(below), subject, now.year)
    return render(
        request,
        "standards/where.html",
        {
            "places": places,
            "root": root,
            "path": areas.filter(code__in=codes_above(root.code, itself=False) if root else []).order_by(
                "code"
            ),
            "year": now.year,
            "years": [year for year in range(now.year + 1, now.year - 4, -1) if year >= FIRST_YEAR],
            "subject": Subject(subject),
            "subjects": [(one.value, one.label) for one in Subject if specs(one) or one == subject],
        },
    )


def _places(root: Area, below: list[Area], subject: str, year: int) -> list[Place]:
    areas = [root, *below]
    applying = in_force_many(subject, year, [area.code for area in areas])
    own = more_specific(subject, year, [area.code for area in areas])
    names = area_names(one.area_code for one in applying.values() if one)
    return [
        Place(
            area=area,
            standard=applying[area.code],
            reason=_reason(area, applying[area.code], names, year),
            below=own[area.code],
            is_root=area is root,
            may_open=area is not root and area.level < Level.TOWNSHIP,
        )
        for area in areas
    ]


def _reason(area: Area, standard: Standard | None, names: dict[str, str], year: int) -> str:
    if standard is None:
        return f"{area.name}及上级 {year} 年都未发布标准，该处的户不判定。"
    if standard.area_code == area.code:
        return "本级已发布，整套适用，不与上级混用。"
    return f"{year} 年未单独发布，沿用{names[standard.area_code]}的标准。"


@require_safe
@requires("standard.view")
def detail(request, pk: int):
    """One standard: what it asks for, where it says so, its versions, who did what, and what can be done
    next.
    """
    standard = visible(request.user, pk)
    user = request.user
    may_draft = user.has_right_at("standard.draft", standard.area_code)
    versions = Standard.objects.visible_to(user).at(standard.area_code, standard.year, standard.subject)
    higher = above(standard)
    return render(
        request,
        "standards/detail.html",
        {
            "standard": standard,
            "rows": list(standard.requirements.all()),
            "colour": COLOURS[standard.status],
            "versions": [(one, COLOURS[one.status]) for one in versions.order_by("-version", "-id")],
            "events": _events(standard),
            "above": higher,
            "deviations": deviations(standard) if higher else [],
            "problems": services.problems(standard) if standard.is_draft and may_draft else None,
            "may_draft": may_draft,
            "may_publish": user.has_right_at("standard.publish", standard.area_code),
            "is_maker": user.pk in standard.makers,
            "correction": standard.corrections.filter(status=Status.DRAFT).first() if may_draft else None,
        },
    )


def _events(standard: Standard) -> list[dict]:
    colours = {"publish": "green", "withdraw": "red", "supersede": "amber"}
    return [
        {
            "at": step.happened_on,
            "title": STANDARD.get(step.transition).label,
            "text": step.comment,
            "who": step.decided_by_name,
            "recorded_at": step.recorded_at,
            "late": step.is_late,
            "colour": colours.get(step.transition, "blue"),
        }
        for step in steps_of("standards.standard", standard.pk)
    ][::-1]
