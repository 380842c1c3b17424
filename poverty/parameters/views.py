"""Pages of parameters: what counts where, the history of one, and entering a value."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from poverty.areas.models import Area, Level
from poverty.parameters.definitions import DEFINITIONS, FROM_MEMORY, Definition, groups
from poverty.parameters.forms import ParameterForm
from poverty.parameters.models import Parameter
from poverty.parameters.services import Resolved, resolve, resolve_many, set_parameter
from poverty.web import questions
from poverty.web.chosen import chosen
from poverty.web.rights import requires


@dataclass(frozen=True)
class Line:
    """A parameter as the list shows it."""

    definition: Definition
    found: Resolved
    origin: str  # where the value comes from, in words
    document: str
    doubtful: bool  # nobody has checked it against a document


@require_safe
@requires("parameter.view")
def parameter_list(request):
    """Every parameter with the value that counts in the chosen area and year, and where it comes from."""
    now = chosen(request)
    day = _day_of(now.year)
    found = resolve_many(DEFINITIONS, now.area_code, day)
    names = _area_names(one.source.area_code for one in found.values())
    sections = [
        (group, [_line(found[definition.code], names) for definition in definitions])
        for group, definitions in groups().items()
    ]
    doubtful = sum(line.doubtful for _, lines in sections for line in lines)
    return render(
        request,
        "parameters/list.html",
        {
            "now": now,
            "day": day,
            "sections": sections,
            "doubtful": doubtful,
            "may_edit": request.user.has_right("parameter.edit"),
        },
    )


@require_safe
@requires("parameter.view")
def detail(request, code: str):
    """One parameter: what it means, what counts in the chosen area, and every value entered, by place."""
    now = chosen(request)
    day = _day_of(now.year)
    rows = list(
        Parameter.objects.visible_to(request.user)
        .filter(code=code)
        .select_related("recorded_by", "replaced_by")
        .order_by("area_code", "-valid_from", "-id")
    )
    found = resolve(code, now.area_code, day)
    names = _area_names([found.source.area_code, *(row.area_code for row in rows)])
    return render(
        request,
        "parameters/detail.html",
        {
            "now": now,
            "day": day,
            "definition": DEFINITIONS[code],
            "line": _line(found, names),
            "places": _by_place(rows, names),
            "events": _events(rows, names),
            "default_from_memory": DEFINITIONS[code].source == FROM_MEMORY,
            "may_edit": bool(_editable(request.user)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("parameter.edit")
def add(request, code: str):
    """Enter a dated value with its document. What stood before ends or is marked as corrected."""
    areas = _editable(request.user)
    if not areas:
        raise Http404
    now = chosen(request)
    definition = DEFINITIONS[code]
    initial = {
        "area_code": now.area_code if areas.filter(pk=now.area_code).exists() else areas.first().pk,
        "valid_from": date(now.year, 1, 1) if definition.by_year else timezone.localdate(),
    }
    form = ParameterForm(definition, areas, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and not questions.unanswered(form):
        try:
            row = set_parameter(code, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(
                request, f"已保存：{definition.label} {row.valid_from} 起 {row.shown}{definition.unit}。"
            )
            return redirect("parameters:detail", code)
    found = resolve(code, now.area_code, _day_of(now.year))
    line = _line(found, _area_names([found.source.area_code]))
    return render(
        request, "parameters/form.html", {"form": form, "definition": definition, "line": line, "now": now}
    )


def _day_of(year: int) -> date:
    """The day for which a page shows values: today, or the last day of another year."""
    today = timezone.localdate()
    return today if year == today.year else date(year, 12, 31)


def _editable(user):
    """The places, down to the township, for which a user may enter values, in force today."""
    return (
        Area.objects.inside_scope(user, "parameter.edit")
        .in_force(timezone.localdate())
        .filter(level__lte=Level.TOWNSHIP)
        .order_by("code")
    )


def _area_names(codes) -> dict[str, str]:
    names = {area.code: area.name for area in Area.objects.filter(code__in=set(codes) - {""})}
    return {"": "全国", **names}


def _line(found: Resolved, names: dict[str, str]) -> Line:
    source = found.source
    origin = {
        "row": names.get(source.area_code, source.area_code),
        "default": "系统默认",
        "none": "",
    }[source.kind]
    document = "" if source.document_name == FROM_MEMORY else source.document_name
    return Line(found.definition, found, origin, document, source.kind != "none" and not source.confirmed)


def _by_place(rows: list[Parameter], names: dict[str, str]) -> list[tuple[str, list[Parameter]]]:
    """Rows by place, the nation first, each place's newest value first."""
    places: dict[str, list[Parameter]] = {}
    for row in rows:
        places.setdefault(row.area_code, []).append(row)
    return [(names.get(code, code), found) for code, found in places.items()]


def _events(rows: list[Parameter], names: dict[str, str]) -> list[dict]:
    """Who entered what, newest first. What came with the system is not an event."""
    entered = sorted((row for row in rows if row.recorded_by_id), key=lambda row: row.pk, reverse=True)
    return [
        {
            "at": row.recorded_at,
            "title": f"{names.get(row.area_code, row.area_code)} {row.valid_from} 起 {row.shown}{row.unit}",
            "text": row.document_name,
            "who": row.recorded_by.name,
            "recorded_at": row.recorded_at,
            "colour": "amber" if row.replaced_at else "blue",
        }
        for row in entered
    ]
