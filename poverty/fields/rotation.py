"""Sealing every personal value again under the key that writes now, so that an older key can be thrown away.

What is left to do is read from the values themselves (their first bytes name the key): a run that was stopped goes
on where it stopped, and a second one finds nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, F, Func, Model, Q, QuerySet, Value

from poverty.fields.crypto import SealedDataError, writing_header
from poverty.fields.sealed import SealedField

BATCH = 500


@dataclass
class Progress:
    """How far one column is: values resealed, values that were under another key when it began, and those that
    cannot be read (their key is not configured, or they were altered), which stay as they are.
    """

    model: type[Model]
    field: SealedField
    total: int
    done: int = 0
    unreadable: int = 0

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name} {self.field.verbose_name}"


def sealed_fields() -> list[tuple[type[Model], SealedField]]:
    """Every column of every table that holds sealed values."""
    return [
        (model, field)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, SealedField)
    ]


def outdated(model: type[Model], field: SealedField) -> QuerySet:
    """The rows whose value of a column is not sealed under the key that writes now."""
    header = writing_header()
    begins = Func(
        F(field.name), Value(1), Value(len(header)), function="substring", output_field=BinaryField()
    )
    rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
    return rows.alias(begins=begins).filter(~Q(begins=header))


def reseal_all(batch: int = BATCH) -> Iterator[Progress]:
    """Reseal every value, `batch` rows to a transaction; yields the progress of a column after each batch.

    Rows are locked while they are resealed, so what somebody saves meanwhile is never overwritten. The last
    progress of a column says how many of its values could not be read.
    """
    for model, field in sealed_fields():
        progress = Progress(model, field, total=outdated(model, field).count())
        last = None
        while (last := _reseal_batch(progress, last, batch)) is not None:
            yield progress
        yield progress


@transaction.atomic
def _reseal_batch(progress: Progress, after, batch: int):
    """Reseal the next rows by key; returns the last key, None when there were none."""
    name = progress.field.name
    rows = outdated(progress.model, progress.field).order_by("pk").only("pk", name)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    rows = list(rows.select_for_update(no_key=True, of=("self",))[:batch])
    changed = []
    for row in rows:
        try:
            setattr(row, name, getattr(row, name).resealed())
        except SealedDataError:
            progress.unreadable += 1
        else:
            changed.append(row)
    progress.model._base_manager.bulk_update(changed, [name])
    progress.done += len(changed)
    return rows[-1].pk if rows else None
