"""Tables from above (任务表): taking one in, saying what its columns mean, issuing it, closing it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from households.models import RequestMapping, RequestPart, RequestRow, TableRequest
from households.querysets_requests import ISSUE
from households.requests.answers import updating
from households.requests.columns import (
    FILL,
    KNOWN,
    LEFT,
    AskedColumn,
    meaning_of,
)
from households.requests.finding import Found, find_table
from households.requests.originals import SENT
from households.requests.rows import masked
from households.services.request_keeping import throw_away
from households.services.request_reading import locked_draft, match_again, prefill, prepare, quiet
from households.services.request_updating import check_updating
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
        file = store(upload, actor=actor, area_code=area_code, kind=FileKind.WORKBOOK, place=SENT.keep)
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


def run_step(pk: int, step: str, *, actor, told: Callable[[int], None] = quiet) -> int:
    """Carry out what was put in line; rows of the request. A step that has been done already changes nothing."""
    request = TableRequest.objects.get(pk=pk)
    if request.state == State.DRAFT:
        if step == PREPARE:
            prepare(request, told=told)
        else:
            issue(request, actor=actor)
    return request.rows.count()


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
    request = locked_draft(request.pk)
    columns = [updating(one) for one in columns]
    places = {one.position: one for one in columns if one.position is not None}
    if key_position not in places:
        raise ValidationError({"key": "请选择用来匹配的列。"})
    if places[key_position].role == FILL:
        raise ValidationError({"key": "用来匹配的列不能是待填列。"})
    _check_columns(columns)
    rekeyed = (key_position, key_kind) != (request.key_position, request.key_kind)
    request.key_position, request.key_kind = key_position, key_kind
    check_updating(columns, request)
    request.columns = [one.stored() for one in columns]
    request.save()
    if rekeyed:
        match_again(request)
    prefill(request)
    record("households.request.columns", request, actor=actor, summary="确定任务表各列")
    return request


def _check_columns(columns: list[AskedColumn]) -> None:
    if not any(one.role == FILL for one in columns):
        raise ValidationError({"columns": "至少要有一列待填：要村里填的列，“怎么用”选“待填”。"})
    for one in columns:
        if one.role == KNOWN and not one.source:
            raise ValidationError({"columns": f"“{one.heading}”要选择从登记的哪一项带出。"})
        if one.role == FILL and one.kind == "option" and len(set(one.options)) < 2:
            raise ValidationError({"columns": f"“{one.heading}”是选项，请写出至少两个选项。"})
        if one.role == FILL and one.kind == "option" and len(set(one.options)) < len(one.options):
            raise ValidationError({"columns": f"“{one.heading}”的选项有重复。"})


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
    check_updating(request.asked, request)


@transaction.atomic
def issue(request: TableRequest, *, actor) -> TableRequest:
    """Split a draft by village, prefill it once more, and give it to the villages.

    Rows whose household has left the county or the register since are left out and named.
    """
    check_issuer(request.area_code, actor)
    request = locked_draft(request.pk)
    _check_ready(request)
    if request.file_id is not None:
        match_again(request)
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
    """Give a draft up; its rows go, and the sender's workbook unless another table came by the same one.

    Name, size and SHA-256 stay.
    """
    check_issuer(request.area_code, actor)
    request = locked_draft(request.pk)
    fire("discard", request, actor=actor)
    request.rows.all().delete()
    if request.file is not None:
        SENT.take_turns(request.file.sha256)
        TableRequest.objects.filter(pk=request.pk).update(file_removed_at=timezone.now())
        throw_away(request.file, timezone.now())


@transaction.atomic
def close(request: TableRequest, *, actor, comment: str = "") -> None:
    """End a request: nothing is filled any more. What was filled stays, and can still be taken out."""
    check_issuer(request.area_code, actor)
    # Before the state: a closed one says when.
    TableRequest.objects.filter(pk=request.pk).update(closed_at=timezone.now())
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
