"""1 个产业或 1 个就业岗位 (A7): households with labour that have neither, and those of which nobody knows.

Who has labour and who works is said by households/benefits/employment.py, as for 每户至少1人就业. Industry: 是否有产业.
NULL is not no.
"""

from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Substr

from households.benefits.employment import NO, YES, codes, with_work
from households.benefits.employment import UNKNOWN as NOT_KNOWN
from households.models import Household
from poverty.areas.names import short_names
from poverty.areas.querysets import length_below

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


def _answered(rows: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Households in question, each with one number for labour, job and industry (`_CODES`)."""
    industry = Case(
        When(survey__has_industry=True, then=Value(YES)),
        When(survey__has_industry=False, then=Value(NO)),
        default=Value(NOT_KNOWN),
        output_field=IntegerField(),
    )
    return with_work(rows, year).annotate(answer=F("work") * 3 + industry)


def in_state(rows: QuerySet[Household], year: int, state: str) -> QuerySet[Household]:
    """Those with labour that have neither industry nor job (WITHOUT), may have (UNKNOWN), or have one (WITH); and those
    of which it is not known whether they have labour (LABOUR_UNKNOWN).
    """
    return _answered(rows, year).filter(answer__in=sorted(_CODES[state]))


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


def labour_figures(
    rows: QuerySet[Household], year: int, area_code: str
) -> tuple[list[LabourFigures], LabourFigures]:
    """By the places right below an area, and their sum; one statement, each household asked once."""
    counted = (
        _answered(rows, year)
        .order_by()
        .values("answer", place=Substr("area_id", 1, length_below(area_code)))
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[str, int]] = {}
    for row in counted:
        own = found.setdefault(row["place"], dict.fromkeys(_CODES, 0))
        for state, answers in _CODES.items():
            own[state] += row["n"] if row["answer"] in answers else 0
    found = {code: own for code, own in sorted(found.items()) if any(own.values())}
    names = short_names(found)
    places = [_line(code, names.get(code, code), own) for code, own in found.items()]
    total = {state: sum(own[state] for own in found.values()) for state in _CODES}
    return places, _line("", "合计", total)


def _line(code: str, name: str, own: dict[str, int]) -> LabourFigures:
    return LabourFigures(code, name, own[WITH], own[WITHOUT], own[UNKNOWN], own[LABOUR_UNKNOWN])
