"""Reading the value that counts in a place on a day, and entering a new one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from poverty.areas.models import Area
from poverty.areas.querysets import codes_above
from poverty.audit.services import record
from poverty.parameters.definitions import DEFINITIONS, Definition
from poverty.parameters.models import Parameter
from poverty.parameters.reference import ROWS, ReferenceRow


@dataclass(frozen=True)
class Source:
    """Where a value comes from: a dated row of a place, the default of the definition, or nowhere."""

    kind: str  # "row" | "default" | "none"
    area_code: str = ""
    document_name: str = ""
    document_date: date | None = None
    confirmed: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    parameter_id: int | None = None


@dataclass(frozen=True)
class Resolved:
    """A parameter as it counts in a place on a day; `value` is None when nothing is known."""

    definition: Definition
    value: Any
    source: Source

    @property
    def shown(self) -> str:
        return self.definition.show(self.value)


def resolve_many(codes: Iterable[str], area_code: str, on: date) -> dict[str, Resolved]:
    """Return by code what counts in `area_code` on a day, in one query: the row of the longest prefix wins.

    Without a row the default of the definition counts, and `source` says so. An unknown code raises KeyError.
    """
    definitions = {code: DEFINITIONS[code] for code in codes}
    rows = Parameter.objects.on(on).reaching(area_code).filter(code__in=definitions).order_by("area_code")
    # In "C" order a longer prefix comes later and takes the place of the shorter one.
    nearest = {row.code: row for row in rows}
    return {code: _resolved(definition, nearest.get(code)) for code, definition in definitions.items()}


def resolve(code: str, area_code: str, on: date) -> Resolved:
    """Return what a parameter is worth in a place on a day, with where that comes from."""
    return resolve_many([code], area_code, on)[code]


def values_for(codes: Iterable[str], area_code: str, on: date) -> dict[str, Any]:
    """Return by code the typed values that count in a place on a day, in one query; None: nothing known."""
    return {code: found.value for code, found in resolve_many(codes, area_code, on).items()}


def values_at(
    codes: Iterable[str], places: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], dict[str, Any]]:
    """The same for many places and days, by place and day, in one query whatever their number."""
    definitions, places = {code: DEFINITIONS[code] for code in codes}, set(places)
    above = {code for area_code, _ in places for code in codes_above(area_code)}
    rows = list(
        Parameter.objects.standing().filter(code__in=definitions, area_code__in=above).order_by("area_code")
    )
    found = {}
    for area_code, on in places:
        reaching = set(codes_above(area_code))
        nearest = {
            row.code: row
            for row in rows
            if row.area_code in reaching
            and row.valid_from <= on
            and (row.valid_to is None or on < row.valid_to)
        }
        found[area_code, on] = {
            code: _resolved(definition, nearest.get(code)).value for code, definition in definitions.items()
        }
    return found


def value_for(code: str, area_code: str, on: date) -> Any:
    """Return the typed value (int, Decimal, bool, (month, day) or str) that counts in a place on a day, or
    None.
    """
    return resolve(code, area_code, on).value


def _resolved(definition: Definition, row: Parameter | None) -> Resolved:
    if row is not None:
        source = Source(
            "row",
            row.area_code,
            row.document_name,
            row.document_date,
            row.source_confirmed,
            row.valid_from,
            row.valid_to,
            row.pk,
        )
        return Resolved(definition, row.typed, source)
    if definition.default is not None:
        source = Source("default", document_name=definition.source, confirmed=definition.confirmed)
        return Resolved(definition, definition.default, source)
    return Resolved(definition, None, Source("none"))


@transaction.atomic
def set_parameter(
    code: str,
    area_code: str,
    valid_from: date,
    value: str,
    document_name: str,
    *,
    actor,
    valid_to: date | None = None,
    document_date: date | None = None,
    note: str = "",
    source_confirmed: bool = True,
) -> Parameter:
    """Enter what a parameter is worth in an area from a day on, with its document, and return the row.

    The value in force before ends on `valid_from`; a value that begins on the same day is replaced (the old
    row stays, marked). Without `valid_to` a value lasts as long as the one it follows, or until the next
    one already entered, and a yearly line (by_year) until the end of its calendar year. `actor` needs
    parameter.edit in the area: nation-wide values come with the system. Raises PermissionDenied, and
    ValidationError by field.
    """
    if not actor.has_right_at("parameter.edit", area_code):
        raise PermissionDenied("您没有在该区划维护参数的权限。")
    return _enter(
        code,
        area_code,
        valid_from,
        value,
        document_name,
        actor=actor,
        valid_to=valid_to,
        document_date=document_date,
        note=note,
        source_confirmed=source_confirmed,
    )


def _enter(
    code,
    area_code,
    valid_from,
    value,
    document_name,
    *,
    actor,
    valid_to,
    document_date,
    note,
    source_confirmed,
) -> Parameter:
    definition, text = _checked(code, area_code, valid_from, valid_to, value, document_name, document_date)
    if definition.by_year and valid_to is None:
        valid_to = date(valid_from.year + 1, 1, 1)
    _one_writer(code, area_code)
    standing = Parameter.objects.standing().filter(code=code, area_code=area_code)
    same = standing.filter(valid_from=valid_from).first()
    valid_to = _end(standing, same, valid_from, valid_to)
    if same is not None:
        Parameter.objects.filter(pk=same.pk).update(replaced_at=timezone.now())
    else:
        standing.filter(valid_from__lt=valid_from).exclude(valid_to__lte=valid_from).update(
            valid_to=valid_from
        )
    row = Parameter(
        code=code,
        area_code=area_code,
        valid_from=valid_from,
        valid_to=valid_to,
        value=text,
        unit=definition.unit,
        document_name=document_name.strip(),
        document_date=document_date,
        note=note.strip(),
        source_confirmed=source_confirmed,
        recorded_by=actor,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"valid_from": "该区划在这段时间已有此参数的值，请刷新后再试。"}) from error
    if same is not None:
        Parameter.objects.filter(pk=same.pk).update(replaced_by=row)
    record(
        "parameter.set",
        row,
        actor=actor,
        area_code=area_code,
        summary=f"{definition.label} {valid_from} 起 {definition.show(row.typed)}{definition.unit}",
        changes={code: [same.value if same else None, text], "document": [None, row.document_name]},
    )
    return row


def _end(standing, same: Parameter | None, valid_from: date, valid_to: date | None) -> date | None:
    """Return the day on which a new value ends, so that it neither overlaps the next value nor leaves a gap.

    `same` is the standing row that begins on the same day. Raises ValidationError at valid_to.
    """
    covering = same or (
        standing.filter(valid_from__lt=valid_from)
        .exclude(valid_to__lte=valid_from)
        .order_by("-valid_from")
        .first()
    )
    following = standing.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if valid_to is None:
        return covering.valid_to if covering else following.valid_from if following else None
    if following is not None and valid_to > following.valid_from:
        raise ValidationError({"valid_to": f"与 {following.valid_from} 起的值重叠，止期不能晚于该日。"})
    if covering is not None and (covering.valid_to is None or covering.valid_to > valid_to):
        until = f"管到 {covering.valid_to}" if covering.valid_to else "一直有效"
        raise ValidationError({"valid_to": f"原有的值{until}，止期之后会出现空档，请将止期留空。"})
    return valid_to


def _one_writer(code: str, area_code: str) -> None:
    """Let one transaction at a time change the history of a parameter in an area."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"{code}/{area_code}"])


def _checked(code, area_code, valid_from, valid_to, value, document_name, document_date):
    """Return (definition, canonical text), or raise ValidationError with every fault at its field."""
    errors: dict[str, str] = {}
    definition = DEFINITIONS.get(code)
    text = ""
    if definition is None:
        errors["code"] = f"没有“{code}”这一参数。"
    else:
        try:
            text = definition.store(definition.parse(value))
        except ValidationError as error:
            errors["value"] = error.messages[0]
    if area_code and not Area.objects.filter(code=area_code).exists():
        errors["area_code"] = f"没有区划代码 {area_code}，请先导入区划。"
    if valid_to is not None and valid_to <= valid_from:
        errors["valid_to"] = "止期须晚于起期。"
    if (
        definition is not None
        and definition.by_year
        and valid_to
        and valid_to > date(valid_from.year + 1, 1, 1)
    ):
        errors["valid_to"] = "标准线按年度公布，止期不能跨年。"
    if not document_name.strip():
        errors["document_name"] = "请填写依据文件的名称或文号。"
    if document_date is not None and document_date > timezone.localdate():
        errors["document_date"] = "文件日期不能晚于今天。"
    if errors:
        raise ValidationError(errors)
    return definition, text


@transaction.atomic
def load_reference(rows: Iterable[ReferenceRow] = ROWS) -> int:
    """Load the dated values that come with the system and return how many were new. Safe to repeat.

    A shipped value is left out where the same place has a standing value for any of its days: what an area
    entered counts. Values of places that are not imported are loaded too; they wait for their place.
    """
    taken: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for code, area_code, start, end in Parameter.objects.standing().values_list(
        "code", "area_code", "valid_from", "valid_to"
    ):
        taken.setdefault((code, area_code), []).append((start, end or date.max))
    new = [row for row in rows if not _overlaps(row, taken.get((row.code, row.area_code), ()))]
    made = Parameter.objects.bulk_create(
        Parameter(
            code=row.code,
            area_code=row.area_code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            value=DEFINITIONS[row.code].store(DEFINITIONS[row.code].parse(row.value)),
            unit=DEFINITIONS[row.code].unit,
            document_name=row.document_name,
            note=row.note,
            source_confirmed=row.confirmed,
        )
        for row in new
    )
    if made:
        record("parameter.load_reference", actor=None, summary=f"载入随系统提供的参数 {len(made)} 条")
    return len(made)


def _overlaps(row: ReferenceRow, periods: Iterable[tuple[date, date]]) -> bool:
    end = row.valid_to or date.max
    return any(row.valid_from < other_end and start < end for start, other_end in periods)
