"""What an import leaves behind: the national values as last shown, and the list of what differs (待录国网清单)."""

from collections.abc import Callable

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, JSONObject, Left, Now

from households.incoming.differing import typed, unreadable
from households.incoming.fields import HOUSEHOLD, OF_A_YEAR, SURVEY, TargetField
from households.models import NationalGap, NationalRecord
from poverty.ledgers.models import Import, Level
from poverty.sql.comparing import Differs, Joined, WithoutNulls
from poverty.sql.insert import insert_select
from poverty.sql.prefix import within
from poverty.sql.update import update_from

_LONGEST = 200


def remember(imported: Import, rows: Callable[[], QuerySet], fields: tuple[TargetField, ...]) -> None:
    """Store what the file showed of the applied rows, and bring the list of differences up to it."""
    for owner, tables in (("household", (HOUSEHOLD, SURVEY)), ("member", None)):
        own = [one for one in fields if (one.table in (HOUSEHOLD, SURVEY)) == (tables is not None)]
        if own:
            _remember(imported, rows, owner, own)
    _list(imported, rows, fields)


def _remember(imported: Import, rows, owner: str, fields: list[TargetField]) -> None:
    chosen = rows().filter(**{f"{owner}__isnull": False})
    if owner == "household":
        chosen = chosen.filter(leads=True)
    shown = {one.record_key(imported.year): _shown(one) for one in fields}
    # A wrong cell shows nothing: what was shown before it still stands.
    readable = {
        one.record_key(imported.year): Case(When(~unreadable(one), then=_shown(one))) for one in fields
    }
    told = Case(
        When(cell_level__lt=Level.CELL, then=JSONObject(**shown)),
        default=WithoutNulls(JSONObject(**readable), output_field=JSONField()),
        output_field=JSONField(),
    )
    empty = Value({}, JSONField())
    before = Coalesce(F(f"{owner}__national__values"), empty)
    compared = typed(imported, chosen, fields).annotate(shown=Joined(before, told, output_field=JSONField()))
    compared = compared.filter(Q(Differs(F(f"{owner}__national__values"), F("shown"))))
    insert_select(
        NationalRecord,
        compared,
        {
            owner: F(owner),
            "values": F("shown"),
            "origins": Joined(
                Coalesce(F(f"{owner}__national__origins"), empty),
                Value({f"{imported.kind}.{imported.year}": imported.pk}, JSONField()),
                output_field=JSONField(),
            ),
        },
        unique=(owner,),
        update=("values", "origins"),
    )


def _shown(one: TargetField):
    """The text under which a national value is kept, "" for an empty cell; of a number its hash."""
    value = F(f"in_{one.key}")
    text = (
        Func(value, Value("hex"), function="encode", output_field=TextField())
        if one.sensitive
        else Cast(value, TextField())
    )
    return Coalesce(text, Value("", TextField()))


def _list(imported: Import, rows, fields: tuple[TargetField, ...]) -> None:
    """Close what is equal now, say anew what differs otherwise than before, add what is new."""
    differing = set(rows().annotate(name=_Names("kept")).values_list("name", flat=True).distinct())
    open_now = NationalGap.objects.open().filter(within("household__area_id", [imported.area_code]))
    listed = set(open_now.order_by().values_list("field", flat=True).distinct())
    for one in fields:
        if one.key in listed:
            _close(one, imported, rows)
        if one.key in differing:
            _add(one, imported, rows)


class _Names(Func):
    """The names of a JSON object, a row for each."""

    function = "jsonb_object_keys"
    set_returning = True
    output_field = TextField()


def _year(one: TargetField, imported: Import) -> int:
    return imported.year if one.table in OF_A_YEAR else 0


def _open_gaps(one: TargetField, imported: Import) -> QuerySet[NationalGap]:
    return NationalGap.objects.open().filter(field=one.key, year=_year(one, imported))


def _whose(one: TargetField) -> dict:
    if one.table in (HOUSEHOLD, SURVEY):
        return {"household": OuterRef("household"), "member__isnull": True}
    return {"household": OuterRef("household"), "member": OuterRef("member")}


def _told(one: TargetField, rows) -> QuerySet:
    chosen = rows().filter(leads=True) if one.table in (HOUSEHOLD, SURVEY) else rows()
    return chosen.filter(household__isnull=False, member__isnull=False)


def _close(one: TargetField, imported: Import, rows) -> None:
    whose = {"household": OuterRef("household")}
    if one.table not in (HOUSEHOLD, SURVEY):
        whose["member"] = OuterRef("member")
    said = Q(cell_level__lt=Level.CELL) | ~unreadable(one)
    equal = _told(one, rows).exclude(kept__has_key=one.key).filter(said, **whose)
    gaps = _open_gaps(one, imported).filter(member__isnull=one.table in (HOUSEHOLD, SURVEY))
    gaps.filter(Exists(equal)).update(state=NationalGap.State.CLOSED, closed_at=Now())


def _add(one: TargetField, imported: Import, rows) -> None:
    kept = _told(one, rows).filter(kept__has_key=one.key)
    values = {
        "ours": _part(one, 0),
        "theirs": _part(one, 1),
        "since": Cast(KeyTextTransform(2, KeyTransform(one.key, "kept")), DateField()),
        "source": _part(one, 3),
        "imported": Value(imported.pk),
    }
    known = _open_gaps(one, imported).filter(**_whose(one))
    again = kept.annotate(
        gap=Subquery(known.values("pk")[:1]),
        gap_ours=Subquery(known.values("ours")[:1]),
        gap_theirs=Subquery(known.values("theirs")[:1]),
        gap_typed=Subquery(known.values("typed_at__date")[:1]),
    ).filter(gap__isnull=False)
    # Typed, and an export made after that still shows the old value: it is to be typed again.
    not_taken = Q(gap_typed__lt=imported.as_of)
    update_from(
        NationalGap,
        again.filter(~Q(gap_ours=_part(one, 0)) | ~Q(gap_theirs=_part(one, 1)) | not_taken),
        {
            **values,
            "state": Value(NationalGap.State.PENDING.value),
            "typed_by": _nobody(),
            "typed_at": _never(),
        },
        key="gap",
    )
    household_only = one.table in (HOUSEHOLD, SURVEY)
    insert_select(
        NationalGap,
        kept.filter(~Exists(known)),
        {
            "household": F("household"),
            "member": None if household_only else F("member"),
            "kind": imported.kind,
            "field": one.key,
            "year": _year(one, imported),
            **values,
        },
    )


def _part(one: TargetField, place: int):
    text = KeyTextTransform(place, KeyTransform(one.key, "kept"))
    return Coalesce(Left(text, _LONGEST), Value(""), output_field=CharField())


def _nobody():
    return Cast(Value(None), BigIntegerField())


def _never():
    return Cast(Value(None), DateTimeField())
