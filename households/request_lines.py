"""Tables from above as pages show them: one row per request, per village, per row to fill."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from households.forms.requests import RowForm
from households.models import RequestPart, RequestRow, TableRequest
from households.querysets_requests import CHECK, FILL, ISSUE
from households.requests.answers import shown_fact
from households.requests.columns import FILL as TO_FILL
from households.requests.columns import KNOWN, AskedColumn, lacking
from households.requests.known import yearly_facts
from households.requests.rows import masked
from households.services.request_filling import shown_answers
from households.services.request_updating import UNDECIDED, facts_now, updating
from households.services.requests import shown_key
from poverty.areas.names import short_names
from poverty.sql.prefix import within


@dataclass(frozen=True)
class RequestLine:
    """One request in the list: rows and filled rows among those the person sees, villages that still owe theirs."""

    request: TableRequest
    rows: int
    filled: int
    parts: int
    owing: int
    returned: int


def request_lines(requests: list[TableRequest], user) -> list[RequestLine]:
    """The lines of a page of requests."""
    rows = _by_request(
        RequestRow.objects.visible_to(user, ISSUE, CHECK, FILL).filter(request__in=requests),
        rows=Count("pk"),
        filled=Count("pk", filter=Q(complete=True)),
    )
    parts = _by_request(
        RequestPart.objects.visible_to(user).filter(request__in=requests),
        parts=Count("pk"),
        owing=Count("pk", filter=Q(state__in=["open", "returned"])),
        returned=Count("pk", filter=Q(state="returned")),
    )
    empty = {"rows": 0, "filled": 0, "parts": 0, "owing": 0, "returned": 0}
    return [
        RequestLine(one, **{**empty, **rows.get(one.pk, {}), **parts.get(one.pk, {})}) for one in requests
    ]


def _by_request(found_rows, /, **counts) -> dict[int, dict[str, int]]:
    found = {}
    for row in found_rows.order_by().values("request").annotate(**counts):
        found[row.pop("request")] = row
    return found


@dataclass(frozen=True)
class PartLine:
    """One village: how far it is, whether it is late, what the person may do with it."""

    part: RequestPart
    place: str
    rows: int
    filled: int
    may_fill: bool
    may_check: bool

    @property
    def colour(self) -> str:
        """Colour of the state's badge."""
        return {"open": "grey", "submitted": "blue", "returned": "red", "accepted": "green"}[self.part.state]


def part_lines(request: TableRequest, user) -> list[PartLine]:
    """The villages of a request in the person's areas (not those of which he only has paired households).

    Whose county issued it sees them all, also one that has been moved to another county since.
    """
    areas = [code for right in (CHECK, FILL) for code in user.scope(right).areas]
    own = Q() if user.has_right_at(ISSUE, request.area_code) else within("area_code", areas)
    parts = list(
        RequestPart.objects.filter(own, request=request)
        .counted()
        .select_related("request")
        .order_by("area_code")
    )
    places = short_names({part.area_code for part in parts})
    fills, checks = user.scope(FILL), user.scope(CHECK)
    return [
        PartLine(
            part,
            places.get(part.area_code, part.area_code),
            part.rows_in_all,
            part.rows_filled,
            fills.covers(part.area_code),
            checks.covers(part.area_code),
        )
        for part in parts
    ]


@dataclass
class Card:
    """One row to fill: whose it is, what is known, the form. `conflicts`: (heading, mine, theirs)."""

    row: RequestRow
    title: str
    place: str
    key: str
    facts: list[tuple[str, str, str]]  # heading, text, what the register says where the sheet says otherwise
    form: RowForm
    saved_at: datetime | None = None
    conflicts: tuple[tuple[str, str, str], ...] = ()
    message: str = ""

    @property
    def fillable(self) -> bool:
        return self.row.part.fillable

    @property
    def lacking(self) -> list[str]:
        """What still has to be filled in a row that somebody began."""
        if self.row.complete or not self.row.filled_at:
            return []
        return lacking(self.form.columns, self.form.now)


def card(row: RequestRow, columns: list[AskedColumn], place: str, data=None) -> Card:
    """A row as a card; `data`: what was sent."""
    cells = {**row.cells, **masked(row.sealed_part("cells"))}
    known = {**row.known, **masked(row.sealed_part("known"))}
    key = f"c{row.part.request.key_position}"
    facts = []
    for one in columns:
        if one.role == TO_FILL or not one.heading or one.name == key:
            continue
        own, ours = cells.get(f"{one.position}", ""), known.get(one.name, "") if one.role == KNOWN else ""
        if own or ours:
            facts.append((one.heading, own or ours, ours if one.name in row.differs else ""))
    to_fill = [one for one in columns if one.role == TO_FILL]
    form = RowForm(data, pk=row.pk, columns=to_fill, now=shown_answers(row), registered=known)
    return Card(row, _title(row), place, shown_key(row, row.part.request), facts, form)


def _title(row: RequestRow) -> str:
    """Whom a row is about: 王小明（王建国户）, the head by his name, a household as 王建国户."""
    head = row.household.head_name or "（无户主）"
    if not row.member_id:
        return f"{head}户"
    return row.member.name if row.member.name == head else f"{row.member.name}（{head}户）"


@dataclass(frozen=True)
class UpdateLine:
    """One answer that did not go into the register: whose, what the register said, what was answered, what it says."""

    row: RequestRow
    column: AskedColumn
    title: str
    place: str
    seen: str
    text: str
    now: str
    said: str

    @property
    def household_id(self) -> int:
        return self.row.household_id


def update_lines(rows: list[RequestRow], request: TableRequest) -> list[UpdateLine]:
    """What waits to be decided in a page of rows, with what the register says at this moment."""
    places = short_names({row.area_code for row in rows})
    columns = {one.name: one for one in updating(request)}
    stored = facts_now(rows, request.year)
    lines = []
    for row in rows:
        for name, told in row.updated.items():
            if told["state"] in UNDECIDED and name in columns:
                fact = yearly_facts()[columns[name].source]
                now = shown_fact(columns[name], getattr(stored[row.pk], fact.name, None))
                place = places.get(row.area_code, row.area_code)
                lines.append(
                    UpdateLine(
                        row, columns[name], _title(row), place, told["seen"], told["text"], now, told["said"]
                    )
                )
    return lines
