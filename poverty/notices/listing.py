"""What stands on the sheet of a notice: its lines, numbered as on the list (名单), and their totals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from poverty.areas.names import short_names
from poverty.notices.sheets import Cell, Column, Sheet, cases_of_type, sheet_of
from poverty.review.models import Notice, RosterEntry
from poverty.review.workflows import workflows


@dataclass(frozen=True)
class Line:
    """One case of a sheet. `number` is its place on the list: it stays, also when others have left."""

    number: int
    cells: tuple[tuple[Column, Cell], ...]


@dataclass(frozen=True)
class Listed:
    """A sheet with its lines. `gone`: who left since the notice that this one corrects; `unnamed`: how many stand on
    the wall and not here; `totals`: (column, sum or None) in the order of the columns.
    """

    sheet: Sheet
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    gone: Sequence[Line] = field(default=())
    unnamed: int = 0

    @property
    def totals(self) -> list[tuple[Column, int | None]]:
        """The sums of the columns that have one; None for the others."""
        return [
            (column, sum(line.cells[place][1] or 0 for line in self.lines) if column.summed else None)
            for place, column in enumerate(self.columns)
        ]


def on_paper(notice: Notice) -> Listed:
    """The list for print: as it stands now while the notice runs, as it hung when it has ended; three to five queries.

    Who leaves while it hangs is not printed anew; 更正公告 names who has left since the notice that it corrects.
    """
    gone: list[RosterEntry] = []
    entries = _entries(notice)
    if notice.corrects_id is not None:
        first = notice.corrects
        gone = list(
            entries.left_sheet(first.posted_on, first.recorded_at).filter(left_on__lte=notice.last_day)
        )
    return _listed(notice, list(entries.filter(_hanging(notice, timezone.localdate()))), gone)


def on_web(notice: Notice) -> Listed:
    """The list as whoever comes by the code of the sheet reads it: who stands on it now, without those whose names are
    never on the open web.
    """
    entries = list(_entries(notice).standing())
    sheet = sheet_of(notice.roster.case_type)
    hidden = set()
    if sheet.unnamed is not None:
        cases = cases_of_type(sheet.case_type, (one.case_id for one in entries))
        hidden = set(sheet.unnamed(cases))
    shown = [one for one in entries if one.case_id not in hidden]
    listed = _listed(notice, shown)
    return Listed(listed.sheet, listed.columns, listed.lines, unnamed=len(entries) - len(shown))


def entry_numbered(notice: Notice, number: int) -> RosterEntry | None:
    """Who stands, or stood, under a number of the sheet; None for a number that was not on it."""
    entries = _entries(notice).on_sheet(notice.posted_on, notice.recorded_at)
    return entries.filter(position=number).first()


def _entries(notice: Notice):
    return RosterEntry.objects.filter(roster=notice.roster_id).order_by("position")


def _hanging(notice: Notice, today: date) -> Q:
    if today <= notice.last_day:
        return Q(left_on__isnull=True)
    return Q(left_on__isnull=True) | Q(left_on__gt=notice.last_day)


def _listed(notice: Notice, entries: list[RosterEntry], gone: Sequence[RosterEntry] = ()) -> Listed:
    sheet = sheet_of(notice.roster.case_type)
    cases = cases_of_type(sheet.case_type, (one.case_id for one in [*entries, *gone]))
    cells = sheet.rows(cases)
    places = dict(cases.values_list("pk", workflows.get(sheet.case_type).area_field))
    columns = sheet.columns
    if not sheet.says_place and len(set(places.values())) > 1:
        # A list of several villages says which.
        names = short_names(places.values())
        columns = (Column("村"), *columns)
        cells = {pk: (names.get(places.get(pk), ""), *row) for pk, row in cells.items()}

    def lines(rows):
        blank = (None,) * len(columns)
        return [
            Line(one.position, tuple(zip(columns, cells.get(one.case_id, blank), strict=True)))
            for one in rows
        ]

    return Listed(sheet, columns, lines(entries), lines(gone))
