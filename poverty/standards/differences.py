"""What one standard asks that another does not: for the publisher, and for 不拔高、不降低."""

from collections.abc import Iterable
from dataclasses import dataclass

from poverty.areas.querysets import codes_above
from poverty.standards.in_force import in_force
from poverty.standards.models import Requirement, Standard

NONE = "无此项"


@dataclass(frozen=True)
class Difference:
    """One line of a comparison; `before` and `after` are words, NONE where a side has no such row.

    `judged` is true where it changes who passes (indicator, comparison or threshold), false for evidence
    and sources.
    """

    label: str
    before: str
    after: str
    judged: bool = True


def differences(before: Standard | None, after: Standard) -> list[Difference]:
    """Return what changes from one standard to another, judged rows first; all rows are new when there is
    no `before`.
    """
    rows = list(_judged(before, after))
    return rows + list(_worded(before, after))


def deviations(standard: Standard) -> list[Difference]:
    """Return where a standard asks something else than the one in force for the area above it (its
    province, as a rule).

    Empty when nothing is published above: then there is nothing in the system to compare with.
    """
    higher = above(standard)
    return list(_judged(higher, standard)) if higher else []


def above(standard: Standard) -> Standard | None:
    """Return the published standard that would apply here without this one; None for none."""
    higher = codes_above(standard.area_code, itself=False)
    return in_force(standard.subject, standard.year, higher[-1]) if higher else None


def _judged(before: Standard | None, after: Standard) -> Iterable[Difference]:
    old = {row.indicator: row for row in before.requirements.all()} if before else {}
    new = {row.indicator: row for row in after.requirements.all()}
    for code, row in new.items():
        if code not in old:
            yield Difference(row.label, NONE, row.asked)
        elif old[code].asked != row.asked:
            yield Difference(row.label, old[code].asked, row.asked)
    for code, row in old.items():
        if code not in new:
            yield Difference(row.label, row.asked, NONE)


def _worded(before: Standard | None, after: Standard) -> Iterable[Difference]:
    if before is None:
        return
    for field in (
        "name",
        "document_name",
        "document_number",
        "document_date",
        "clause",
        "deviation_document",
    ):
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            label = str(Standard._meta.get_field(field).verbose_name)
            yield Difference(label, str(one or "—"), str(other or "—"), judged=False)
    old = {row.indicator: row for row in before.requirements.all()}
    for row in after.requirements.all():
        known = old.get(row.indicator)
        for field in ("evidence", "clause", "document"):
            if known and getattr(known, field) != getattr(row, field):
                label = f"{row.label}：{Requirement._meta.get_field(field).verbose_name}"
                yield Difference(
                    label, getattr(known, field) or "—", getattr(row, field) or "—", judged=False
                )
