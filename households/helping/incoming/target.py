"""Helpers and households as the target of an import (poverty.ledgers.incoming.kinds.Target)."""

from collections.abc import Iterator, Set
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from households.helping.incoming.columns import COLUMNS
from households.helping.incoming.known import learn
from households.helping.incoming.planning import Plan, plan
from households.helping.incoming.writing import write
from households.models import Household, IncomingRow, Pairing
from households.services.locking import lock_households
from poverty.ledgers.incoming.kinds import Found, ImportKind
from poverty.ledgers.models import Import, Level, Outcome, StagedRow

SHORTEST = 6  # digits of a county
_BATCH = 500
CHANGED = "结对情况在核对以后有变化，没有写入任何内容。请点“重新核对”，看过再应用。"


class Helpers:
    """Rows become pairings; people who are not on record are put there without account."""

    def admit(self, area_code: str, year: int | None, *, actor) -> None:
        """Refuse an area above a county."""
        if len(area_code) < SHORTEST:
            raise ValidationError({"area": "请选县或县以下的地区。"})

    def read(
        self, values: dict[str, Any], *, asked: Set[str], wrong: Set[str], year: int | None, today: date
    ) -> Iterator[Found]:
        """Nothing: what the cells of a row mean together is asked with the register beside them."""
        return iter(())

    def check(self, imported: Import, *, actor, new: bool = True) -> None:
        """Find whom the rows are about, what is wrong, and what they would change."""
        _store(_plans(imported, actor))

    def apply(self, imported: Import, *, actor) -> dict[str, int]:
        """Plan once more under the locks of the households, then write; counts by words."""
        rows = StagedRow.objects.filter(imported=imported)
        before = dict(rows.values_list("pk", "outcome"))
        named = rows.filter(household_id__isnull=False).values_list("household_id", flat=True)
        lock_households(named)
        plans = _plans(imported, actor)
        if any(_outcome(one) != before[one.staged.pk] for one in plans):
            raise ValidationError(CHANGED)
        return write(imported, plans, actor=actor, today=timezone.localdate())

    def missing(self, imported: Import) -> QuerySet[Pairing]:
        """Nobody: a file of helpers names pairings, and those that it leaves out stand."""
        return Pairing.objects.none()

    def missing_lines(self, imported: Import, limit: int) -> list[tuple[str, str]]:
        """See missing."""
        return []

    def missing_households(self, imported: Import) -> QuerySet[Household]:
        """Registered poor households of the area that the file does not name."""
        rows = IncomingRow.objects.filter(imported=imported.pk, household=OuterRef("pk"))
        return (
            Household.objects.under(imported.area_code).on_register().registered_poor().filter(~Exists(rows))
        )


def _plans(imported: Import, actor) -> list[Plan]:
    rows = StagedRow.objects.filter(imported=imported).select_related("cells").order_by("pk")
    rows, today = list(rows), timezone.localdate()
    return plan(imported, rows, learn(imported, rows, actor, today), actor=actor, today=today)


def _outcome(one: Plan) -> str:
    """As it stands without a decision: what is left out unless accepted is wrong."""
    if one.level >= Level.ROW or (one.level == Level.CELL and not one.staged.accepted):
        return Outcome.WRONG
    return one.outcome


def _store(plans: list[Plan]) -> None:
    for one in plans:
        row = one.staged
        row.household_id = one.household.pk if one.household is not None else None
        row.row_faults = [fault.as_json() for fault in one.faults]
        row.level, row.outcome = one.level, _outcome(one)
        row.differences = one.differences if one.level < Level.ROW else {}
    fields = ["household_id", "row_faults", "level", "outcome", "differences"]
    StagedRow.objects.bulk_update([one.staged for one in plans], fields, batch_size=_BATCH)


HELPERS = ImportKind(
    name="helpers",
    label="帮扶责任人",
    columns=COLUMNS,
    target=Helpers(),
    expects="帮扶责任人名册，每次结对一行。人员名册里没有的人按表登记（不开账号）；要终止别人的结对时先列出来，"
    "勾选以后才导入；没有填开始时间的按上面的导出日期。户按户编号找，还没有编号的填乡、村和户主姓名。",
    year_needed=False,
    right="pairing.edit",
    places_needed=False,
    accepts="核对无误，照表导入",
    day_label="名册日期",
)
