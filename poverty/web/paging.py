"""Keyset paging: the next page begins after the last row seen, so page 1,000 costs what page 1 costs.

What lies after a row is cut into regions, each of which one index range serves: rows equal in the first keys
and later in the next, and so on; NULLs are a region of their own. The regions are read one after another
until the page is full; mostly that is one query, at the seams two. One query per region, not one OR, which
would make PostgreSQL walk the index from its beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet, prefetch_related_objects
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from poverty.web import opaque

PURPOSE = "page"


@dataclass(frozen=True)
class Key:
    """One sort key. NULLs stand as in PostgreSQL's own order unless told: a plain index serves it."""

    name: str
    descending: bool
    nulls_last: bool
    nullable: bool

    def expression(self, backward: bool):
        descending, last = self.descending ^ backward, self.nulls_last ^ backward
        placed = {}
        if self.nullable and last == descending:  # not what PostgreSQL does by itself
            placed = {"nulls_last": True} if last else {"nulls_first": True}
        return F(self.name).desc(**placed) if descending else F(self.name).asc(**placed)

    def after(self, value, backward: bool) -> list[Q]:
        """Conditions for what comes after `value` in this key, nearest first; none when nothing can."""
        descending, last = self.descending ^ backward, self.nulls_last ^ backward
        if value is None:
            return [] if last else [Q(**{f"{self.name}__isnull": False})]
        conditions = [Q(**{f"{self.name}__{'lt' if descending else 'gt'}": value})]
        if self.nullable and last:
            conditions.append(Q(**{f"{self.name}__isnull": True}))
        return conditions

    def equals(self, value) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


@dataclass(frozen=True)
class Page:
    """`rows` in order; tokens are None where there is nothing. `restarted`: the token could not be used."""

    rows: list = field(default_factory=list)
    next_token: str | None = None
    previous_token: str | None = None
    restarted: bool = False

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def keyset_page(
    queryset: QuerySet,
    *,
    order: Iterable[Sequence[str]],
    after: str | None = None,
    size: int = 50,
    keys: QuerySet | None = None,
) -> Page:
    """One page of `queryset` in `order`, beginning after (or, for a previous-token, before) the token's row.

    `order`: (name, "asc"|"desc") or (name, "asc"|"desc", "first"|"last") for where NULLs stand; names may be
    annotations or lead over relations. The pk is appended unless it is there. A token of another order, or a
    damaged one, gives the first page with `restarted`. Rows are model instances, with prefetches done once.
    `keys`: another way to the same rows that yields only the pk and the sort keys; the page is found there, and only its
    rows are read whole.
    """
    sorts = _keys(queryset, order)
    signature = [f"{'-' if k.descending else ''}{k.name}{'+' if k.nulls_last else ''}" for k in sorts]
    position = opaque.unpack(PURPOSE, after) if after else None
    usable = bool(position) and position["order"] == signature
    backward = usable and position["back"]
    values = (
        [_python(queryset, k.name, v) for k, v in zip(sorts, position["at"], strict=True)] if usable else None
    )

    if keys is None:
        rows = _read(queryset, sorts, values, backward, size + 1)
    else:
        rows = _whole(queryset, _read(keys, sorts, values, backward, size + 1))
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    if queryset._prefetch_related_lookups:
        prefetch_related_objects(rows, *queryset._prefetch_related_lookups)
    before, beyond = (more, True) if backward else (usable, more)

    def token(row, back):
        at = [_value(row, key.name) for key in sorts]
        return opaque.pack(PURPOSE, {"order": signature, "back": back, "at": at})

    return Page(
        rows,
        next_token=token(rows[-1], False) if rows and beyond else None,
        previous_token=token(rows[0], True) if rows and before else None,
        restarted=bool(after) and not usable,
    )


def count_up_to(queryset: QuerySet, limit: int = 10_000) -> tuple[int, bool]:
    """Number of rows, counted up to `limit`, and whether that is all. (10000, False): more."""
    count = queryset.order_by().values("pk")[: limit + 1].count()
    return (count, True) if count <= limit else (limit, False)


def _read(queryset, keys, values, backward, wanted):
    plain = queryset.prefetch_related(None).order_by(*(key.expression(backward) for key in keys))
    if values is None:
        return list(plain[:wanted])
    rows = []
    for condition in _regions(keys, values, backward):
        rows += plain.filter(condition)[: wanted - len(rows)]
        if len(rows) >= wanted:
            break
    return rows


def _whole(queryset, found):
    """The rows whose keys were found, in the order in which they were; who has gone meanwhile is left out."""
    pk = queryset.model._meta.pk.name
    order = [one[pk] for one in found]
    rows = {row.pk: row for row in queryset.prefetch_related(None).order_by().filter(pk__in=order)}
    return [rows[key] for key in order if key in rows]


def _regions(keys, values, backward):
    """What comes after `values`, nearest first, each region one index range."""
    one_way = len({key.descending for key in keys}) == 1
    whole = one_way and None not in values and not any(key.nullable for key in keys[1:])
    if whole:
        later = TupleLessThan if keys[0].descending ^ backward else TupleGreaterThan
        yield later(Tuple(*(F(key.name) for key in keys)), tuple(values))
        yield from keys[0].after(values[0], backward)[1:]  # the NULLs of the first key, where they come last
        return
    for depth in range(len(keys) - 1, -1, -1):
        prefix = Q()
        for key, value in zip(keys[:depth], values[:depth], strict=True):
            prefix &= key.equals(value)
        for condition in keys[depth].after(values[depth], backward):
            yield prefix & condition


def _keys(queryset, order):
    keys = []
    for name, direction, *nulls in order:
        descending = direction == "desc"
        last = nulls[0] == "last" if nulls else not descending
        keys.append(Key(name, descending, last, _nullable(queryset, name)))
    pk = queryset.model._meta.pk.name
    if not any(key.name in {"pk", pk} for key in keys):
        keys.append(Key(pk, bool(keys) and keys[-1].descending, not (keys and keys[-1].descending), False))
    return keys


def _field(queryset, name):
    """The field a sort name leads to and whether NULL can come up on the way; (None, True) if unknown."""
    model, nullable, found = queryset.model, False, None
    for part in name.split("__"):
        try:
            found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except (FieldDoesNotExist, AttributeError):
            return None, True
        nullable = nullable or found.null or not found.concrete
        model = found.related_model
    return found, nullable


def _nullable(queryset, name):
    if name in queryset.query.annotations:
        return True
    return _field(queryset, name)[1]


def _value(row, name):
    for part in name.split("__"):
        row = getattr(row, part, None) if row is not None else None
    return getattr(row, "pk", row)


def _python(queryset, name, value) -> Any:
    """JSON gave text for dates and Decimals; the sort expression's own field turns it back."""
    if value is None:
        return None
    annotation = queryset.query.annotations.get(name)
    target = annotation.output_field if annotation is not None else _field(queryset, name)[0]
    if target is None:
        return value
    while getattr(target, "target_field", None) is not None and target.is_relation:
        target = target.target_field
    return target.to_python(value)
