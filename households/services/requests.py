"""Tables from above (任务表): taking one in, saying what its columns mean, issuing it, closing it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from households.models import RequestMapping, RequestPart, RequestRow, TableRequest
from households.querysets_requests import ISSUE
from households.requests import known
from households.requests.columns import (
    FILL,
    KNOWN,
    LEFT,
    AskedColumn,
    guessed,
    meaning_of,
    verdict_columns,
)
from households.requests.finding import Found, find_table, read_data
from households.requests.matching import Match, key_text, match
from households.requests.rows import batches, cell_text, masked, parted, same_text
from poverty.areas.models import Area, Level
from poverty.audit.services import record
from poverty.files.kinds import Kind as FileKind
from poverty.files.services import store
from poverty.jobs.services.queue import enqueue
from poverty.ledgers.columns import plain_heading
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.outgoing.vault import workplace
from poverty.review.services import fire

JOB = "households.request"
AT_ONCE = 1_000
MOST_AT_ONCE = 3_000  # rows; more are read and prefilled in the background
State = TableRequest.State
# What a runner does with a request.
PREPARE, ISSUE_STEP = "prepare", "issue"


def check_issuer(area_code: str, actor) -> None:
    """PermissionDenied unless the person may issue tables in a county."""
    if not actor.has_right_at(ISSUE, area_code):
        raise PermissionDenied("您没有在该县下发任务表的权限。")


@transaction.atomic
def draft_request(
    upload,
    *,
    area_code: str,
    title: str,
    sender: str,
    deadline: datetime,
    actor,
    kind: str = TableRequest.Kind.TABLE,
    instructions: str = "",
    year: int | None = None,
    sheet: str = "",
) -> TableRequest:
    """Keep a sender's workbook and open its request; small ones are read and matched at once, others by a job.

    Nobody but who may issue sees it before it is issued. PermissionDenied, ValidationError by field (area, deadline,
    file).
    """
    check_issuer(area_code, actor)
    if len(area_code) != Level.COUNTY or not Area.objects.filter(pk=area_code).exists():
        raise ValidationError({"area": "任务表由县下发，请选择县。"})
    if deadline <= timezone.now():
        raise ValidationError({"deadline": "截止时间已经过去，请核对。"})
    found, size = _look_into(upload, sheet)
    upload.seek(0)
    try:
        file = store(upload, actor=actor, area_code=area_code, kind=FileKind.WORKBOOK)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    request = TableRequest.objects.create(
        area_code=area_code,
        kind=kind,
        title=title.strip(),
        sender=sender.strip(),
        instructions=instructions.strip(),
        deadline=deadline,
        year=year or timezone.localdate().year,
        file=file,
        file_name=(getattr(upload, "name", "") or file.name).rpartition("/")[2][-120:],
        sheet=found.sheet[:60],
        heading_row=found.heading_row,
        key_position=found.key_position,
        key_kind=found.key_kind,
        columns=[AskedColumn(f"c{place}", name, place).stored() for place, name in enumerate(found.names)],
        created_by=actor,
    )
    record(
        "households.request.draft",
        request,
        actor=actor,
        summary="上传任务表",
        changes={"sha256": [None, file.sha256]},
    )
    if size > MOST_AT_ONCE:
        _in_line(request, PREPARE, actor)
    else:
        prepare(request)
    return request


def _look_into(upload, sheet: str) -> tuple[Found, int]:
    """Find the table before anything is kept."""
    with workplace() as folder:
        path = folder / "sheet.xlsx"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        try:
            found = find_table(path, sheet.strip())
        except WorkbookRefused as refused:
            raise ValidationError({"file": refused.message}) from refused
    return found, found.rows - found.heading_row


def _in_line(request: TableRequest, step: str, actor) -> None:
    request.job = enqueue(
        JOB,
        area_code=request.area_code,
        key=f"{JOB}:{request.pk}",
        params={"request": request.pk, "step": step},
        actor=actor,
    )
    request.save(update_fields=["job"])


def _quiet(done: int) -> None:
    """Nobody watches."""


def prepare(request: TableRequest, *, told: Callable[[int], None] = _quiet) -> TableRequest:
    """Read the rows of a draft, match them, propose what the columns mean, prefill. Safe to run again.

    A sheet that cannot be read leaves the request as it was, with the reason in `message`.
    """
    try:
        with transaction.atomic():
            request = _locked_draft(request.pk)
            request.rows.all().delete()
            filled = _read_rows(request, told)
            _propose(request, filled)
            prefill(request)
            request.prepared_at, request.message = timezone.now(), ""
            request.save()
    except WorkbookRefused as refused:
        request.message = refused.message[:500]
        request.save(update_fields=["message"])
    return request


def run_step(pk: int, step: str, *, actor, told: Callable[[int], None] = _quiet) -> int:
    """Carry out what was put in line; rows of the request. A step that has been done already changes nothing."""
    request = TableRequest.objects.get(pk=pk)
    if request.state == State.DRAFT:
        if step == PREPARE:
            prepare(request, told=told)
        else:
            issue(request, actor=actor)
    return request.rows.count()


def _locked_draft(pk: int) -> TableRequest:
    request = TableRequest.objects.select_for_update(of=("self",)).select_related("file").get(pk=pk)
    if request.state != State.DRAFT:
        raise ValidationError(f"任务表{request.get_state_display()}，不能再改。")
    return request


def _read_rows(request: TableRequest, told) -> set[int]:
    """Store the rows, matched; the positions of columns in which anything stands."""
    headings = {f"{one.position}": one.heading for one in request.asked}
    filled: set[int] = set()
    rows = read_data(request.file.path, request.sheet, request.heading_row)
    number = 0
    try:
        while taken := list(islice(rows, AT_ONCE)):
            texts = [
                (
                    row,
                    {f"{place}": cell_text(raw) for place, raw in enumerate(cells) if raw is not None},
                    cells,
                )
                for row, cells in taken
            ]
            keys = [_key(cells, request.key_position) for _, _, cells in texts]
            made = []
            for (row, values, _), found in zip(texts, _matches(keys, request), strict=True):
                one = RequestRow(request=request, number=row)
                one.put(cells=parted(values, headings))
                _set(one, found)
                filled.update(int(place) for place, text in values.items() if text)
                made.append(one)
            RequestRow.objects.bulk_create(made)
            number += len(made)
            told(number)
    finally:
        rows.close()
    if not number:
        raise WorkbookRefused("no_rows", "表头下面没有数据，请检查是否选对了文件。")
    return filled


def _key(cells, position: int) -> tuple[str, str]:
    return key_text(cells[position] if position < len(cells) else None)


def _matches(keys: list[tuple[str, str]], request: TableRequest) -> Iterator[Match]:
    found = match([key for key, _ in keys], request.key_kind, request.area_code)
    for key, reason in keys:
        yield Match(reason=reason) if reason else found[key]


def _set(row: RequestRow, found: Match) -> None:
    row.household_id, row.member_id = found.household_id, found.member_id
    row.area_code, row.reason = found.area_code, found.reason


def _propose(request: TableRequest, filled: set[int]) -> None:
    """What each column probably means, and in 疑点数据 the two columns of the answer."""
    columns = request.asked
    meanings = {
        one.heading: one.meaning
        for one in RequestMapping.objects.filter(
            area_code=request.area_code, heading__in=[plain_heading(one.heading)[:100] for one in columns]
        )
    }
    proposed = []
    for column in columns:
        place = column.position
        if place == request.key_position or not column.heading:
            proposed.append(AskedColumn(column.name, column.heading, place))
            continue
        proposed.append(
            guessed(
                place,
                column.heading,
                empty=place not in filled,
                source=known.find_source(column.heading),
                meaning=meanings.get(plain_heading(column.heading)[:100]),
            )
        )
    if request.kind == TableRequest.Kind.DOUBT:
        verdicts = verdict_columns([one.heading for one in columns])
        taken = {one.position for one in verdicts if one.position is not None}
        proposed = [
            AskedColumn(one.name, one.heading, one.position) if one.role == FILL else one
            for one in proposed
            if one.position not in taken
        ] + verdicts
    request.columns = [one.stored() for one in proposed]


@transaction.atomic
def set_columns(
    request: TableRequest,
    columns: Iterable[AskedColumn],
    *,
    key_position: int,
    key_kind: str,
    actor,
) -> TableRequest:
    """Say what the columns of a draft mean, and by which one rows are told; matches and prefills anew.

    ValidationError by field: "key", "columns".
    """
    check_issuer(request.area_code, actor)
    request = _locked_draft(request.pk)
    columns = list(columns)
    places = {one.position: one for one in columns if one.position is not None}
    if key_position not in places:
        raise ValidationError({"key": "请选择用来匹配的列。"})
    if places[key_position].role == FILL:
        raise ValidationError({"key": "用来匹配的列不能是待填列。"})
    _check_columns(columns)
    rekeyed = (key_position, key_kind) != (request.key_position, request.key_kind)
    request.key_position, request.key_kind = key_position, key_kind
    request.columns = [one.stored() for one in columns]
    request.save()
    if rekeyed:
        _match_again(request)
    prefill(request)
    record("households.request.columns", request, actor=actor, summary="确定任务表各列")
    return request


def _check_columns(columns: list[AskedColumn]) -> None:
    if not any(one.role == FILL for one in columns):
        raise ValidationError({"columns": "至少要有一列待填。"})
    for one in columns:
        if one.role == KNOWN and not one.source:
            raise ValidationError({"columns": f"“{one.heading}”要选择从登记的哪一项带出。"})
        if one.role == FILL and one.kind == "option" and len(set(one.options)) < 2:
            raise ValidationError({"columns": f"“{one.heading}”是选项，请写出至少两个选项。"})
        if one.role == FILL and one.kind == "option" and len(set(one.options)) < len(one.options):
            raise ValidationError({"columns": f"“{one.heading}”的选项有重复。"})


def _write(rows: list[RequestRow], fields: list[str]) -> None:
    """Write some columns of rows that are there already: several times as fast as bulk_update's CASE for every row."""
    RequestRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _match_again(request: TableRequest) -> None:
    place = f"{request.key_position}"
    for rows in batches(request.rows.order_by("number").iterator(AT_ONCE), AT_ONCE):
        keys = [key_text(row.whole("cells").get(place)) for row in rows]
        for row, found in zip(rows, _matches(keys, request), strict=True):
            _set(row, found)
        _write(rows, ["household", "member", "area_code", "reason"])


def prefill(request: TableRequest) -> None:
    """Put what the register knows into the known columns, and note where the sheet says otherwise."""
    asked = [one for one in request.asked if one.role == KNOWN and one.source]
    headings = {one.name: one.heading for one in asked}
    sure = {one.name for one in asked if known.is_sensitive(one.source)}
    sources = [one.source for one in asked]
    today = timezone.localdate()
    matched = request.rows.filter(reason="").order_by("number")
    for rows in batches(matched.iterator(AT_ONCE), AT_ONCE):
        persons = known.of_persons(
            [row.member_id for row in rows if row.member_id], sources, request.year, day=today
        )
        homes = known.of_households(
            [row.household_id for row in rows if not row.member_id], sources, request.year
        )
        for row in rows:
            found = persons.get(row.member_id, {}) if row.member_id else homes.get(row.household_id, {})
            values = {one.name: found.get(one.source, "") for one in asked}
            row.put(known=parted(values, headings, sure))
            cells = row.whole("cells")
            row.differs = [
                one.name
                for one in asked
                if (own := cells.get(f"{one.position}"))
                and values[one.name]
                and not same_text(own, values[one.name])
            ]
        _write(rows, ["known", "numbers", "differs"])


def request_issue(request: TableRequest, *, actor) -> TableRequest:
    """Issue at once, or for a large sheet put it in line. Raises as `issue`."""
    check_issuer(request.area_code, actor)
    _check_ready(request)
    if request.rows.count() > MOST_AT_ONCE:
        _in_line(request, ISSUE_STEP, actor)
        return request
    return issue(request, actor=actor)


def _check_ready(request: TableRequest) -> None:
    if request.prepared_at is None:
        raise ValidationError("表格还没有读完，请稍候。")
    if not request.rows.filter(reason="").exists():
        raise ValidationError("没有一行能与登记对应，不能下发。请检查匹配的列。")
    _check_columns(request.asked)


@transaction.atomic
def issue(request: TableRequest, *, actor) -> TableRequest:
    """Split a draft by village, prefill it once more, and give it to the villages.

    Rows whose household has left the county or the register since are left out and named.
    """
    check_issuer(request.area_code, actor)
    request = _locked_draft(request.pk)
    _check_ready(request)
    if request.file_id is not None:
        _match_again(request)
    places = request.rows.filter(reason="").order_by().values_list("area_code", flat=True).distinct()
    RequestPart.objects.bulk_create([RequestPart(request=request, area_code=code) for code in sorted(places)])
    own = RequestPart.objects.filter(request=request, area_code=OuterRef("area_code"))
    request.rows.filter(reason="").update(part=Subquery(own.values("pk")[:1]))
    prefill(request)
    request.issued_at = timezone.now()
    request.save(update_fields=["issued_at"])
    fire("issue", request, actor=actor)
    _remember(request)
    return request


def _remember(request: TableRequest) -> None:
    """Keep what the headings meant, for the county's next sheet."""
    own = {
        plain_heading(one.heading)[:100]: meaning_of(one)
        for one in request.asked
        if one.position not in (None, request.key_position) and one.heading and one.name.startswith("c")
    }
    RequestMapping.objects.bulk_create(
        [
            RequestMapping(area_code=request.area_code, heading=heading, meaning=meaning)
            for heading, meaning in own.items()
        ],
        update_conflicts=True,
        unique_fields=["area_code", "heading"],
        update_fields=["meaning"],
    )


@transaction.atomic
def discard(request: TableRequest, *, actor) -> None:
    """Give a draft up; the file stays as it was stored, the rows go."""
    check_issuer(request.area_code, actor)
    request = _locked_draft(request.pk)
    fire("discard", request, actor=actor)
    request.rows.all().delete()


@transaction.atomic
def close(request: TableRequest, *, actor, comment: str = "") -> None:
    """End a request: nothing is filled any more. What was filled stays, and can still be taken out."""
    check_issuer(request.area_code, actor)
    fire("close", request, actor=actor, comment=comment)


@transaction.atomic
def remind(request: TableRequest, *, actor) -> int:
    """Remind the villages that have not handed in; how many there are. Shown on their 我的工作."""
    check_issuer(request.area_code, actor)
    if request.state != State.ISSUED:
        raise ValidationError("任务表不在填报中，不需要催办。")
    number = RequestPart.objects.filter(request=request).outstanding().count()
    if not number:
        raise ValidationError("各村都已上交，不需要催办。")
    TableRequest.objects.filter(pk=request.pk).update(reminded_at=timezone.now())
    record("households.request.remind", request, actor=actor, summary=f"催办 {number} 个村")
    return number


def counts_of(request: TableRequest) -> dict[str, int]:
    """Rows of a request: all, matched, not matched, where sheet and register differ, filled."""
    return request.rows.aggregate(
        rows=Count("pk"),
        matched=Count("pk", filter=Q(reason="")),
        unmatched=Count("pk", filter=~Q(reason="")),
        differing=Count("pk", filter=~Q(differs=[])),
        filled=Count("pk", filter=Q(complete=True)),
    )


def shown_key(row: RequestRow, request: TableRequest) -> str:
    """The key of a row as it may be shown: numbers of persons masked."""
    place = f"{request.key_position}"
    return row.cells.get(place) or masked(row.sealed_part("cells")).get(place, "")


def left_over(columns: list[AskedColumn]) -> list[AskedColumn]:
    """The columns that are shown beside what is known, and not filled."""
    return [one for one in columns if one.role == LEFT and one.heading]
