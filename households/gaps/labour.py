"""1 个产业或 1 个就业岗位 (A7): households with labour that have neither, and those of which nobody knows.

Who has labour and who works is said by households/benefits/employment.py, as for 每户至少1人就业. Industry: 是否有产业.
NULL is not no.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Substr

from households.benefits.employment import NO, YES, codes, members_at_work, with_work
from households.benefits.employment import UNKNOWN as NOT_KNOWN
from households.benefits.stored import people_of, people_run
from households.disclosure import whole_to
from households.models import Household
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below

VIEW = "measure.view"
WITHOUT, UNKNOWN, WITH, LABOUR_UNKNOWN = "without", "unknown", "with", "labour_unknown"
_EVERY = (NO, NOT_KNOWN, YES)


def _with_industry(work: tuple[int, ...], industry: tuple[int, ...]) -> set[int]:
    return {one * 3 + other for one in work for other in industry}


_HAS = _with_industry(codes([YES], [YES]), _EVERY) | _with_industry(codes([YES]), (YES,))
_NEITHER = _with_industry(codes([YES], [NO]), (NO,))
_CODES = {
    WITH: _HAS,
    WITHOUT: _NEITHER,
    UNKNOWN: _with_industry(codes([YES]), _EVERY) - _HAS - _NEITHER,
    # Beside the others, as on the page of employment: whether there is labour is not known.
    LABOUR_UNKNOWN: _with_industry(codes([NOT_KNOWN]), _EVERY),
}
_EVERY_CODE = _with_industry(codes(_EVERY), _EVERY)


def asked_of(user, area_code: str) -> QuerySet[Household]:
    """Households of a place whose measures the person reads and that he sees whole."""
    return Household.objects.visible_to(user, VIEW).filter(whole_to(user)).under(area_code)


def _answered(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households in question, each with one number for labour, job and industry (`_CODES`)."""
    industry = Case(
        When(survey__has_industry=True, then=Value(YES)),
        When(survey__has_industry=False, then=Value(NO)),
        default=Value(NOT_KNOWN),
        output_field=IntegerField(),
    )
    return with_work(rows, year).annotate(industry=industry).annotate(answer=F("work") * 3 + F("industry"))


def in_state(rows: QuerySet[Household], year: int, state: str) -> QuerySet[Household]:
    """Those with labour that have neither industry nor job (WITHOUT), may have (UNKNOWN), or have one (WITH); and those
    of which it is not known whether they have labour (LABOUR_UNKNOWN).
    """
    found = _answered(rows, year)
    if state == LABOUR_UNKNOWN:  # of few: looked for among the members, not by asking every household
        asked = members_at_work(year).filter(able=NOT_KNOWN)
        return found.filter(pk__in=asked.values("household"), answer__in=sorted(_CODES[state]))
    if state in (WITHOUT, UNKNOWN):  # said first: of the others nobody's members need to be looked at
        found = found.exclude(industry=YES)
    # As "none of the other answers": of an answer PostgreSQL believes that hardly any household has it, asks all of them and
    # sorts; of what most have it goes along the order of the list until the page is full.
    return found.exclude(answer__in=sorted(_EVERY_CODE - set(_CODES[state])))


@dataclass(frozen=True)
class LabourFigures:
    """Households with labour (户) of a place, and beside them those where that is not known; `code` "" is the sum."""

    code: str
    name: str
    has: int
    without: int
    unknown: int
    labour_unknown: int

    @property
    def total(self) -> int:
        """All with labour."""
        return self.has + self.without + self.unknown


def figures_shown(
    user, area_code: str, year: int
) -> tuple[list[LabourFigures], LabourFigures, datetime | None]:
    """`labour_figures` of what a person sees, as they were worked out last with that moment, where he sees the place whole;
    else counted live, None.
    """
    run = people_run(_areas_seen_whole(user, area_code), area_code, year)
    if run is None:
        return *labour_figures(asked_of(user, area_code), year, area_code), None
    rows = people_of(run, area_code, length_below(area_code))
    found = {
        row.area_code: {
            WITHOUT: row.without,
            UNKNOWN: row.unsure,
            WITH: row.has,
            LABOUR_UNKNOWN: row.labour_unknown,
        }
        for row in rows
    }
    return *_lines(found), run.as_of


def _areas_seen_whole(user, area_code: str) -> Collection[str]:
    """The place itself where a person reads measures and sees households whole, both by area: then he sees all of it."""
    reads = user.scope(VIEW).covers(area_code)
    return [area_code] if reads and user.scope("household.view").covers(area_code, "") else []


def labour_figures(
    rows: QuerySet[Household], year: int, area_code: str
) -> tuple[list[LabourFigures], LabourFigures]:
    """By the places right below an area, and their sum; one statement, each household asked once."""
    return _lines(_counted(rows, year, length_below(area_code)))


def figures_everywhere(area_code: str, year: int, *, length: int) -> dict[str, dict[str, int]]:
    """{place: {state: households}} of all households of a place: what is stored for the pages."""
    return _counted(Household.objects.under(area_code), year, length)


def _counted(rows: QuerySet[Household], year: int, length: int) -> dict[str, dict[str, int]]:
    counted = (
        _answered(rows, year)
        .order_by()
        .values("answer", place=Substr("area_id", 1, length))
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[str, int]] = {}
    for row in counted:
        own = found.setdefault(row["place"], dict.fromkeys(_CODES, 0))
        for state, answers in _CODES.items():
            own[state] += row["n"] if row["answer"] in answers else 0
    return found


def _lines(found: dict[str, dict[str, int]]) -> tuple[list[LabourFigures], LabourFigures]:
    found = {code: own for code, own in sorted(found.items()) if any(own.values())}
    names = short_names(found)
    places = [_line(code, names.get(code, code), own) for code, own in found.items()]
    total = {state: sum(own[state] for own in found.values()) for state in _CODES}
    return places, _line("", "合计", total)


def _line(code: str, name: str, own: dict[str, int]) -> LabourFigures:
    return LabourFigures(code, name, own[WITH], own[WITHOUT], own[UNKNOWN], own[LABOUR_UNKNOWN])
