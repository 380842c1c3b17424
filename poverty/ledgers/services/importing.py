"""Imports from upload to application. Nothing of the register changes before `apply_import`."""

from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from poverty.areas.models import Area
from poverty.audit.services import record
from poverty.files.kinds import Kind as FileKind
from poverty.files.services import store
from poverty.jobs.services.queue import enqueue
from poverty.ledgers.incoming import kinds
from poverty.ledgers.incoming.content import refuse_other_start
from poverty.ledgers.incoming.kinds import ImportKind
from poverty.ledgers.incoming.originals import IMPORTS
from poverty.ledgers.incoming.refusals import WorkbookRefused
from poverty.ledgers.incoming.tables import own_headings, read_table
from poverty.ledgers.models import Import, Level, Outcome, StagedRow
from poverty.ledgers.services.staging import clear_rows, stage
from poverty.sql.locks import hold
from poverty.sql.memory import use_memory

READ, APPLY = "ledgers.import.read", "ledgers.import.apply"
_FOUND_OUT = ("sheet", "headings", "found", "unknown", "notes", "counts", "state", "message", "checked_at")
MEMORY = 128  # MB for each sort and hash of the statements over a county's rows
CHANGED_MEANWHILE = "登记信息在核对以后有变化，本次没有写入任何内容。请重新核对后再应用。"


def kind_of(imported: Import) -> ImportKind:
    """The kind of an import; ValidationError when this version no longer knows it."""
    known = kinds.get(imported.kind)
    if known is None:
        raise ValidationError("本版本不再支持这种表的导入。")
    return known


@transaction.atomic
def start_import(
    upload,
    *,
    kind: str,
    area_code: str,
    year: int | None,
    actor,
    as_of: date | None = None,
    legal_basis: str = "",
) -> Import:
    """Keep a workbook and open its import; nothing is read yet (read_import, or request_reading in the background).

    `as_of` is the day of the national export (None: today): what was entered here later is newer than it.
    Raises PermissionDenied (the kind's right at the area), ValidationError by field (kind, area, year, as_of, file).
    """
    known = kinds.get(kind)
    if known is None:
        raise ValidationError({"kind": "请选择要导入的表。"})
    if not Area.objects.filter(pk=area_code, valid_to=None).exists():
        raise ValidationError({"area": f"没有区划代码 {area_code}，请核对。"})
    if not actor.has_right_at(known.right, area_code):
        raise PermissionDenied("您没有在该地区导入的权限。")
    today = timezone.localdate()
    if as_of is not None and as_of > today:
        raise ValidationError({"as_of": "日期在今天之后，请核对。"})
    if known.year_needed and year is None:
        raise ValidationError({"year": "请选择年度。"})
    year = year if known.year_needed else None
    known.target.admit(area_code, year, actor=actor)
    try:
        _refuse_other_content(upload)
        file = store(upload, actor=actor, area_code=area_code, kind=FileKind.WORKBOOK, place=IMPORTS.keep)
    except WorkbookRefused as refused:
        raise ValidationError({"file": refused.message}) from refused
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    imported = Import.objects.create(
        kind=kind,
        year=year,
        area_code=area_code,
        as_of=as_of or today,
        file=file,
        file_name=(getattr(upload, "name", "") or file.name).rpartition("/")[2][-120:],
        legal_basis=legal_basis.strip(),
        created_by=actor,
    )
    record(
        "ledgers.import.upload",
        imported,
        actor=actor,
        summary=f"上传{known.label}（{year}年度）" if year else f"上传{known.label}",
        changes={"sha256": [None, file.sha256]},
        purpose=imported.legal_basis,
    )
    return imported


def _refuse_other_content(upload) -> None:
    """Say of an old, encrypted or renamed file what it is: the store only knows that it takes no such thing."""
    if upload.size:
        refuse_other_start(upload)
        upload.seek(0)


def request_reading(imported: Import, *, actor) -> Import:
    """Put reading and checking in line."""
    return _enqueue(READ, imported, actor)


@transaction.atomic
def request_application(imported: Import, *, actor) -> Import:
    """Put the application of a checked import in line. Raises as apply_import for right and state."""
    _require_open(imported, actor)
    return _enqueue(APPLY, imported, actor)


def _enqueue(kind: str, imported: Import, actor) -> Import:
    imported.job = enqueue(
        kind,
        area_code=imported.area_code,
        key=f"ledgers.import:{imported.pk}",
        params={"import": imported.pk},
        actor=actor,
    )
    imported.save(update_fields=["job"])
    return imported


def read_import(imported: Import, *, told: Callable[[int, int], None] = lambda done, total: None) -> Import:
    """Read, validate, stage and check a workbook: what it would change. Safe to run again.

    A file that cannot be read at all, or lacks a needed column, ends in state failed with the reason.
    """
    kind = kind_of(imported)
    if imported.state not in (Import.State.READING, Import.State.FAILED, Import.State.CHECKED):
        raise ValidationError(f"这次导入{imported.get_state_display()}，不能再读取。")
    try:
        with (
            IMPORTS.opened(imported.file) as path,
            read_table(path, kind.columns) as table,
            transaction.atomic(),
        ):
            use_memory(MEMORY)
            total = table.last_row - table.heading_row

            def done(rows: int) -> None:
                told(rows, total)

            stage(imported, kind, table.headings, table.rows, today=timezone.localdate(), told=done)
            imported.sheet = table.sheet[:60]
            imported.headings = own_headings(table)
            imported.found = table.headings.places
            imported.unknown = list(table.headings.unknown)
            imported.notes = list(table.notes)
            _check(imported, kind, actor=imported.created_by)
            _refuse_given_up(imported)
    except _GivenUp:
        imported.refresh_from_db()
    except WorkbookRefused as refused:
        _fail(imported, refused.message)
    except ValidationError as error:
        _fail(imported, "；".join(error.messages))
    return imported


class _GivenUp(Exception):
    """Somebody gave the import up while it was being read."""


def _refuse_given_up(imported: Import) -> None:
    """What was read is kept unless the import was given up meanwhile."""
    still = Import.objects.filter(pk=imported.pk).exclude(state=Import.State.CANCELLED)
    if not list(still.select_for_update(of=("self",)).values_list("pk", flat=True)):
        raise _GivenUp
    _write(imported)


def _fail(imported: Import, message: str) -> None:
    imported.state, imported.message = Import.State.FAILED, message[:1000]
    still = Import.objects.filter(pk=imported.pk).exclude(state=Import.State.CANCELLED)
    if not still.update(state=imported.state, message=imported.message):
        imported.refresh_from_db()


@transaction.atomic
def check_import(imported: Import, *, actor) -> Import:
    """Compare the staged rows with the register as it is now, once more, as far as `actor` may import."""
    imported = _require_open(imported, actor)
    use_memory(MEMORY)
    _check(imported, kind_of(imported), actor=actor, new=False)
    _write(imported)
    return imported


def _check(imported: Import, kind: ImportKind, *, actor, new: bool = True) -> None:
    kind.target.check(imported, actor=actor, new=new)
    imported.counts = counts_of(imported) | {"missing": kind.target.missing(imported).count()}
    imported.state, imported.message = Import.State.CHECKED, ""
    imported.checked_at = timezone.now()


def _write(imported: Import) -> None:
    """Keep what reading and checking found out; what others write of an import meanwhile stays theirs."""
    imported.save(update_fields=_FOUND_OUT)


def counts_of(imported: Import) -> dict[str, int]:
    """Rows of an import by what they would do."""
    rows = StagedRow.objects.filter(imported=imported)
    counts = dict(rows.order_by().values_list("outcome").annotate(Count("pk")))
    numbers = rows.aggregate(
        rows=Count("pk"),
        questions=Count("pk", filter=Q(level=Level.QUESTION)),
        kept=Count("pk", filter=~Q(kept={})),
        to_apply=Count("pk", filter=Q(pk__in=rows.to_apply().values("pk"))),
    )
    return {outcome: counts.get(outcome, 0) for outcome in Outcome.values} | numbers


@transaction.atomic
def choose_rows(imported: Import, rows: Iterable[int] | str, accepted: bool | None, *, actor) -> int:
    """Accept rows or leave them out: by row numbers, or all with a kind of fault. None: as the check says.

    What cannot be imported at all is not accepted by this. Returns how many rows were meant.
    """
    imported = _require_open(imported, actor)
    chosen = _chosen(imported, rows)
    if accepted:
        chosen = chosen.filter(level__lt=Level.ROW)
    number = chosen.update(accepted=accepted)
    _check(imported, kind_of(imported), actor=actor, new=False)
    _write(imported)
    return number


@transaction.atomic
def follow_national(imported: Import, rows: Iterable[int] | None, follow: bool, *, actor) -> int:
    """Let rows (None: all) follow the file where ours was kept, or keep ours again. Returns how many were meant."""
    imported = _require_open(imported, actor)
    chosen = StagedRow.objects.filter(imported=imported)
    if rows is not None:
        chosen = _chosen(imported, rows)
    number = chosen.exclude(national=follow).update(national=follow)
    _check(imported, kind_of(imported), actor=actor, new=False)
    _write(imported)
    return number


def _chosen(imported: Import, rows: Iterable[int] | str):
    staged = StagedRow.objects.filter(imported=imported)
    if isinstance(rows, str):
        one = [{"k": rows}]
        return staged.filter(Q(cell_faults__contains=one) | Q(row_faults__contains=one))
    return staged.filter(number__in=list(rows))


def _require_open(imported: Import, actor) -> Import:
    kind = kind_of(imported)
    if not actor.has_right_at(kind.right, imported.area_code):
        raise PermissionDenied("您没有在该地区导入的权限。")
    imported = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if not imported.is_open:
        raise ValidationError(f"这次导入{imported.get_state_display()}，不能再改动。")
    return imported


def apply_import(imported: Import, *, actor) -> Import:
    """Write the accepted rows into the register, all or none; audited row by row, judged at once.

    Imports of one county take turns. Raises PermissionDenied, ValidationError (state, a year closed meanwhile, the
    register changed under it).
    """
    try:
        with transaction.atomic():
            imported = _require_open(imported, actor)
            kind = kind_of(imported)
            hold(f"ledgers.import:{imported.area_code[:6]}")
            use_memory(MEMORY)
            imported.applied = kind.target.apply(imported, actor=actor)
            imported.state = Import.State.APPLIED
            imported.applied_by, imported.applied_at = actor, timezone.now()
            imported.save(update_fields=["applied", "state", "applied_by", "applied_at"])
            written = "，".join(f"{name}{number}" for name, number in imported.applied.items() if number)
            record(
                "ledgers.import.apply",
                imported,
                actor=actor,
                summary=f"应用{kind.label}：{written or '没有变化'}",
                changes={"applied": [None, imported.applied]},
            )
    except IntegrityError as error:
        raise ValidationError(CHANGED_MEANWHILE) from error
    return imported


@transaction.atomic
def cancel_import(imported: Import, *, actor) -> Import:
    """Give an import up; its rows go, the file and what was decided stay on record."""
    kind = kind_of(imported)
    if not actor.has_right_at(kind.right, imported.area_code):
        raise PermissionDenied("您没有在该地区导入的权限。")
    imported = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if imported.state == Import.State.APPLIED:
        raise ValidationError("已应用的导入不能放弃；写入的内容在户页面上逐项更正。")
    if imported.state == Import.State.CANCELLED:
        return imported
    imported.state = Import.State.CANCELLED
    imported.save(update_fields=["state"])
    clear_rows(imported)
    record("ledgers.import.cancel", imported, actor=actor, summary=f"放弃导入{kind.label}")
    return imported
