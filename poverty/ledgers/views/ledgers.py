"""The ledgers there are, and the first rows of one, drawn from the columns that the file will have."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from poverty.ledgers import registry
from poverty.ledgers.asking import FULL_NUMBERS, Question, ask
from poverty.ledgers.drawing import classes_of, name_place, table_rows
from poverty.ledgers.ledger import Ledger
from poverty.ledgers.models import Export
from poverty.ledgers.outgoing.sheet import heading_of
from poverty.ledgers.places import tabs
from poverty.ledgers.services.writing import stream
from poverty.web import chosen
from poverty.web.addresses import query_with
from poverty.web.paging import count_up_to
from poverty.web.rights import MissingRight, requires

SHOWN = 50


@require_safe
@requires("household.export")
def ledger_list(request):
    """The ledgers a person may take out, and his last exports."""
    now = chosen.chosen(request)
    context = {
        "tabs": tabs(request),
        "ledgers": [(one, one.title_in(now.year)) for one in registry.all_for(request.user)],
        "exports": Export.objects.filter(actor=request.user).select_related("job")[:5],
    }
    return render(request, "ledgers/list.html", context)


@require_safe
@requires("household.export")
def ledger(request, name):
    """The first 50 rows of a ledger with filters, columns and what it takes to export it."""
    definition = find(request.user, name)
    code = place(request, definition)
    choices = [(one.code, "　" * one.depth + one.name) for one in chosen.choices(request, code)]
    context = {
        "tabs": tabs(request),
        "ledger": definition,
        "area_code": code,
        "areas": choices,
        "year": chosen.chosen(request).year,
        "form": definition.filters(request.GET, None).form if definition.filters else None,
        "picked": _picked(request, definition),
    }
    try:
        question = asked(request, definition)
        rows = [cells for _, cells in stream(question, full=False, limit=SHOWN)]
    except ValidationError as error:
        return render(request, "ledgers/ledger.html", {**context, "errors": error.messages}, status=422)
    headings = _headings(question)
    classes = classes_of(question.columns, headings, name_place(question.columns))
    context |= {
        "question": question,
        "title": definition.title_in(question.year),
        "headings": list(zip((one.text for one in headings), classes, strict=True)),
        "all_columns": [(one.key, definition.heading(one, question.year)) for one in definition.columns],
        "rows": table_rows(rows, classes),
        "more": len(rows) == SHOWN,
        "count": count_up_to(question.rows) if request.GET.get("count") else None,
        "count_query": query_with(request.GET, count=None),
        "may_have_full": definition.full_numbers and request.user.has_right_at(FULL_NUMBERS, code),
    }
    return render(request, "ledgers/ledger.html", context)


@require_safe
@requires("household.export")
def ledger_count(request, name):
    """How many rows fit, exact to 10,000: a second request, so that the rows need not wait for it."""
    definition = find(request.user, name)
    try:
        count = count_up_to(asked(request, definition).rows)
    except ValidationError as error:
        raise Http404 from error
    return render(request, "ledgers/_count.html", {"count": count, "ledger": definition})


def find(user, name: str) -> Ledger:
    """A ledger by name: 404 when there is none, 403 without its right."""
    definition = registry.get(name)
    if definition is None:
        raise Http404
    if not user.has_right(definition.right):
        raise MissingRight((definition.right,))
    return definition


def place(request, definition: Ledger) -> str:
    """The area that is asked about: that of the address, else the chosen one, else the first where the right holds.

    404 for an area outside.
    """
    user = request.user
    sent = request.POST.get("area", "") or request.GET.get("area", "")
    if sent:
        if not (sent.isascii() and sent.isdigit()) or not user.has_right_at(definition.right, sent):
            raise Http404
        return sent
    code = chosen.chosen(request).area_code
    if user.has_right_at(definition.right, code):
        return code
    areas = user.scope(definition.right).areas
    if not areas:
        raise Http404
    return areas[0]


def asked(request, definition: Ledger) -> Question:
    """The question of this request's address (or, sent by POST, of its body). ValidationError as `ask`."""
    data = request.POST if request.method == "POST" else request.GET
    names = definition.filters.base_filters if definition.filters else ()
    year = data.get("year", "")
    return ask(
        definition.name,
        user=request.user,
        area_code=place(request, definition),
        year=int(year) if year.isdecimal() and len(year) == 4 else chosen.chosen(request).year,
        filters={name: data[name] for name in names if data.get(name)},
        columns=data.getlist("col"),
    )


def _picked(request, definition: Ledger) -> set[str]:
    """The columns somebody chose; empty when it is all of them, as every form sends that was left as it stood."""
    sent = set(request.GET.getlist("col"))
    return set() if sent >= {one.key for one in definition.columns} else sent


def _headings(question: Question):
    ledger, year = question.ledger, question.year
    return [heading_of(one, ledger.heading(one, year), ledger.group(one, year)) for one in question.columns]
