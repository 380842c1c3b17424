"""Writing what differs: columns of household and person, facts of the year with their source, income items."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.db.models import (
    BinaryField,
    Case,
    CharField,
    DecimalField,
    F,
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
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject, Now

from households.incoming.differing import BESIDE_ITEMS, ITEMS_OF, typed
from households.incoming.fields import (
    HOUSEHOLD,
    MEMBER,
    MEMBER_SURVEY,
    MEMBERSHIP,
    SURVEY,
    TABLES,
    TargetField,
    cell,
)
from households.incoming.meaning import BESIDE, EXPENSE
from households.incoming.registering import FAULT_CODES, identity_faults
from households.models import Household, IncomeItem, Member, MemberSurvey, Survey
from households.options.sources import CARRIED, IMPORT
from households.services.fact_rows import CARRIED_FIELDS, CARRIED_MEMBER_FIELDS
from poverty.ledgers.models import Import
from poverty.sql.comparing import Joined, WithoutNulls
from poverty.sql.insert import insert_select
from poverty.sql.update import update_from

_BATCH = 10_000
_NUMBERS = {
    "identity": {"identity": "cells__identity", "identity_last4_hash": "cells__identity_last4_hash"},
    "phone": {"phone": "cells__phone"},
    "member_phone": {"phone": "cells__member_phone"},
    "bank_account": {"bank_account": "cells__bank_account"},
}
_HASH_COLUMNS = {
    "identity": "identity_hash",
    "phone": "phone_hash",
    "member_phone": "phone_hash",
    "bank_account": "bank_account_hash",
}
_KEYS = {
    HOUSEHOLD: "household",
    MEMBER: "member",
    MEMBERSHIP: "belongs__pk",
    SURVEY: "facts__pk",
    MEMBER_SURVEY: "own_facts__pk",
}


def start_surveys(rows: QuerySet, year: int, *, actor, on: date) -> int:
    """Give the households of rows their year, with what the last one passes on (沿用上年); returns how many.

    Set-based twin of services.surveys.start_survey.
    """
    place = {"area": F("area_id"), "settlement": F("settlement_id")}
    about = {"year": year, "recorded_by": actor, "decided_by_name": actor.name}
    started = 0
    for ids in _without(rows, "household", Survey, year):
        started += insert_select(
            Survey,
            _last(Survey, "household", ids, year),
            {
                "household": F("household"),
                "area": F("household__area_id"),
                "settlement": F("household__settlement_id"),
                **about,
                "source": CARRIED,
                **_carried(Survey, CARRIED_FIELDS),
            },
        )
        _say_water_anew(Survey.objects.filter(household__in=ids, year=year, source=CARRIED))
        started += insert_select(
            Survey,
            Household.objects.filter(pk__in=ids),
            {"household": F("pk"), **place, **about, "source": IMPORT, "happened_on": on},
            ignore_conflicts=True,  # those that have just been started from the last year
        )
    return started


def _say_water_anew(surveys: QuerySet) -> None:
    """Set-based twin of fact_rows.carried_household: water that was not safe by the two old questions stays so."""
    for name, bad in (("water_safe", False), ("water_difficult", True)):
        source = KeyTransform(name, "sources")
        surveys.filter(water_solved=None, **{name: bad}).update(
            water_solved=False,
            sources=Joined(F("sources"), JSONObject(water_solved=source), output_field=JSONField()),
        )


def start_member_surveys(rows: QuerySet, year: int, *, on: date) -> int:
    """Give the persons of rows their row of the year, with what the last one passes on."""
    started = 0
    for ids in _without(rows, "member", MemberSurvey, year):
        started += insert_select(
            MemberSurvey,
            _last(MemberSurvey, "member", ids, year),
            {
                "member": F("member"),
                "year": year,
                "area": F("member__household__area_id"),
                "source": CARRIED,
                **_carried(MemberSurvey, CARRIED_MEMBER_FIELDS),
            },
        )
        started += insert_select(
            MemberSurvey,
            Member.objects.filter(pk__in=ids, household__isnull=False),
            {
                "member": F("pk"),
                "year": year,
                "area": F("household__area_id"),
                "source": IMPORT,
                "happened_on": on,
            },
            ignore_conflicts=True,
        )
    return started


def _without(rows: QuerySet, owner: str, model, year: int) -> Iterator[list[int]]:
    """Keys of households or persons of rows that have no facts of the year, some thousand at a time.

    Named one by one: what this transaction has just written PostgreSQL takes for nothing, and compares each with each.
    """
    wanted = sorted(set(rows.filter(**{f"{owner}__isnull": False}).values_list(owner, flat=True)))
    for start in range(0, len(wanted), _BATCH):
        ids = wanted[start : start + _BATCH]
        known = set(model.objects.filter(**{f"{owner}__in": ids}, year=year).values_list(owner, flat=True))
        if missing := [one for one in ids if one not in known]:
            yield missing


def _last(model, owner: str, ids: list[int], year: int) -> QuerySet:
    """The facts of the last year before, of each that has any."""
    years = model.objects.filter(**{owner: OuterRef(owner)}, year__lt=year).order_by("-year").values("year")
    return model.objects.filter(**{f"{owner}__in": ids}, year__lt=year, year=Subquery(years[:1]))


def _carried(model, names: Iterable[str]) -> dict:
    """The carried columns, and their `sources`: a fact that was itself carried keeps its day."""
    sources = {}
    for name in names:
        own = KeyTransform(name, "sources")
        year_end = Concat(Cast("year", TextField()), Value("-12-31"))
        since = Case(
            When(Q(**{f"sources__{name}__source": CARRIED}), then=KeyTextTransform("on", own)),
            default=year_end,
            output_field=TextField(),
        )
        known = Q(**{f"{name}__isnull": False})
        if model._meta.get_field(name).get_internal_type() == "CharField":
            known &= ~Q(**{name: ""})
        sources[name] = Case(When(known, then=JSONObject(source=Value(CARRIED), on=since)))
    return {
        **{name: F(name) for name in names},
        "sources": WithoutNulls(JSONObject(**sources), output_field=JSONField()),
    }


def update(
    imported: Import, rows: Callable[[], QuerySet], fields: tuple[TargetField, ...], *, actor
) -> dict[str, int]:
    """Write every field that a row's `differences` name; returns how many rows of each table were written."""
    written = {}
    for table in (HOUSEHOLD, MEMBER, MEMBERSHIP, SURVEY, MEMBER_SURVEY):
        own = [one for one in fields if one.table == table]
        if not own:
            continue
        chosen = rows().filter(differences__has_any_keys=[one.key for one in own])
        if table in (HOUSEHOLD, SURVEY):
            chosen = chosen.filter(leads=True)
        written[table] = _update(imported, chosen, table, own, actor)
    groups = [one.key for one in fields if one.key in ITEMS_OF]
    if groups:
        written["income_items"] = sum(_items(rows, group) for group in groups) + _items(rows, "beside")
    return written


def _update(imported: Import, chosen: QuerySet, table: str, fields: list[TargetField], actor) -> int:
    columns = {}
    for one in fields:
        changed = Q(differences__has_key=one.key)
        if one.sensitive:
            for name, path in _NUMBERS[one.key].items():
                columns[name] = _either(changed, F(path), F(f"{_path(table)}{name}"), BinaryField())
            name = _HASH_COLUMNS[one.key]
            columns[name] = _either(changed, F(one.staged_hash), F(f"{_path(table)}{name}"), BinaryField())
            if one.key == "identity":
                now = F(f"{_path(table)}identity_faults")
                columns["identity_faults"] = _either(changed, identity_faults(), now, FAULT_CODES)
        else:
            columns[one.name] = _either(
                changed, F(f"in_{one.key}"), F(f"{_path(table)}{one.name}"), one.plain_field
            )
    if table in (HOUSEHOLD, MEMBER, SURVEY, MEMBER_SURVEY):
        columns["version"] = F(f"{_path(table)}version") + 1
    if table == MEMBER and "name" in columns:
        columns["pinyin"] = _either(
            Q(differences__has_key="name"), cell("pinyin"), F("member__pinyin"), TextField()
        )
    if table in (SURVEY, MEMBER_SURVEY):
        told = {"source": IMPORT, "on": imported.as_of.isoformat()}
        noted = {
            one.name: Case(When(differences__has_key=one.key, then=Value(told, JSONField())))
            for one in fields
        }
        if EXPENSE in noted:
            beside = JSONObject(
                source=Value(IMPORT),
                on=Value(imported.as_of.isoformat()),
                stated=KeyTextTransform("expense_stated", "cells__values"),
            )
            noted[EXPENSE] = Case(When(differences__has_key=EXPENSE, then=beside))
        columns["sources"] = Joined(
            F(f"{_path(table)}sources"),
            WithoutNulls(JSONObject(**noted), output_field=JSONField()),
            output_field=JSONField(),
        )
    if table == SURVEY:
        columns |= {
            "recorded_by": Value(actor.pk),
            "recorded_at": Now(),
            "decided_by_name": Value(actor.name),
        }
    written = update_from(TABLES[table], typed(imported, chosen, fields), columns, key=F(_KEYS[table]))
    if table == MEMBER and written:
        _name_heads(chosen)
    return written


def _path(table: str) -> str:
    return f"{_KEYS[table].removesuffix('__pk')}__"


def _either(changed: Q, new, now, field) -> Case:
    return Case(When(changed, then=new), default=now, output_field=field)


def _name_heads(chosen: QuerySet) -> None:
    """The head's name stands on the household too."""
    heads = chosen.filter(differences__has_key="name", household__head=F("member"))
    update_from(
        Household,
        heads,
        {
            "head_name": cell("name"),
            "head_pinyin": cell("pinyin"),
            "head_initials": cell("initials"),
        },
        key=F("household"),
    )


def _items(rows: Callable[[], QuerySet], group: str) -> int:
    """Put the items of a group in place of those that were there, where its total or its items change."""
    keys = list(BESIDE) if group == "beside" else list(ITEMS_OF[group])
    names = [BESIDE_ITEMS] if group == "beside" else [group, f"{group}_items"]
    changed = rows().filter(leads=True, differences__has_any_keys=names)
    IncomeItem.objects.filter(survey__in=changed.values("facts__pk"), item__in=keys).delete()
    stated = changed.annotate(
        stated=Coalesce(
            KeyTransform(f"{group}_items", "cells__values"), KeyTransform(f"{group}_rest", "cells__values")
        )
    )
    return sum(
        insert_select(
            IncomeItem,
            stated.filter(stated__has_key=key),
            {
                "survey": F("facts__pk"),
                "item": Value(key, CharField()),
                "amount": Cast(
                    KeyTextTransform(key, "stated"), DecimalField(max_digits=12, decimal_places=2)
                ),
                "source": IMPORT,
            },
        )
        for key in keys
        if _can_come(group, key)
    )


def _can_come(group: str, key: str) -> bool:
    """Whether the export can say this item at all; the others cost no statement."""
    return group == "beside" or key in _STATED


_STATED = {
    "wage_public_post",
    "wage_other",
    "production_other",
    "property_dividend",
    "property_other",
    "transfer_family_planning",
    "transfer_allowance",
    "transfer_destitute",
    "transfer_pension",
    "ecology_other",
    "transfer_other",
    "expense_other",
    "expense_subsidy",
}
