"""Importing division codes: set-based, all or nothing, and a second time without a single write."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, JSONArray, JSONObject
from django.utils import timezone

from poverty.areas.divisions import Unreadable, read_divisions
from poverty.areas.models import Area, AreaName, Level, StagedArea
from poverty.audit.services import record, record_select
from poverty.fields.pinyin import place_initials
from poverty.sql.insert import insert_select
from poverty.sql.locks import hold
from poverty.sql.staging import analyze, stage

FAULTS_SHOWN = 50
MISSING_SHOWN = 1000


class ImportRefused(ValidationError):
    """Nothing was written; `messages` name the lines and what is wrong with them."""


@dataclass(frozen=True)
class ImportResult:
    """What an import did. `missing`: (code, name) of places that the file leaves out; they stay in force."""

    read: int
    added: int = 0
    renamed: int = 0
    attached: int = 0  # places that got a parent, or another one
    abolished: int = 0  # places of the file that were abolished here; they are left alone
    missing_count: int = 0
    missing: list[tuple[str, str]] = field(default_factory=list)  # at most 1,000; a branch by its top

    @property
    def written(self) -> int:
        """How many rows were written; 0 when the file holds nothing new."""
        return self.added + self.renamed + self.attached


@transaction.atomic
def import_areas(
    file: BinaryIO,
    *,
    actor,
    on: date | None = None,
    founded: date | None = None,
    document: str = "",
    encoding: str = "utf-8",
) -> ImportResult:
    """Add the places of a divisions file and rename those that bear another name; return what was done.

    `on` is the day from which new names hold (default today), `founded` the day on which new places begin
    to exist (default NULL: as far back as is known). A changed name keeps the old one as AreaName. Places
    that the file does not mention stay in force and are listed; abolished ones stay abolished.

    Raises ImportRefused, with nothing written, when a line is wrong: a code that is not digits, has the
    wrong length for its level or does not begin with its parent's code, an empty name, a code twice, a
    parent that is neither in the file nor here, a code that belonged to another place once.
    """
    hold("areas.tree")
    on = on or timezone.localdate()
    faults = _Faults()
    try:
        read = stage(StagedArea, _staged_rows(file, encoding, faults))
    except Unreadable as error:
        raise ImportRefused([str(error)]) from error
    if not read and not faults.count:
        raise ImportRefused(["文件中没有任何区划。"])
    if not faults.count:
        _check_the_whole(faults, on)
    faults.refuse()

    # First what is here already: the joins then meet only the old rows. Foreign keys wait for the commit.
    renamed = _rename(on, document, actor)
    attached = _attach()
    added = _add(founded)
    if added:
        analyze(Area)
    missing = _missing()
    result = ImportResult(
        read=read,
        added=added,
        renamed=renamed,
        attached=attached,
        abolished=StagedArea.objects.filter(area__valid_to__isnull=False).count(),
        missing_count=missing.count(),
        missing=list(missing.values_list("code", "name")[:MISSING_SHOWN]),
    )
    if result.written:
        record(
            "area.import",
            actor=actor,
            area_code=_common_code(),
            summary=f"导入区划 {read} 行：新增 {added}，更名 {renamed}，调整上级 {attached}",
            changes={"document": [None, document]} if document else None,
        )
    return result


class _Faults:
    """The first faults in words and the number of all."""

    def __init__(self):
        self.count = 0
        self.messages: list[str] = []

    def add(self, line: int, message: str) -> None:
        self.count += 1
        if len(self.messages) < FAULTS_SHOWN:
            self.messages.append(f"第 {line} 行：{message}")

    def refuse(self) -> None:
        if not self.count:
            return
        more = self.count - len(self.messages)
        raise ImportRefused(
            [*self.messages, *([f"另有 {more} 处错误未列出。"] if more else []), "没有导入任何内容。"]
        )


def _staged_rows(file: BinaryIO, encoding: str, faults: _Faults) -> Iterator[tuple]:
    for row in read_divisions(file, encoding):
        if row.fault:
            faults.add(row.line, row.fault)
        elif not faults.count:  # after the first fault only further faults are of interest
            yield row.line, row.code, row.name, row.level, row.parent or None, place_initials(row.name)


# A name is never empty: where it is NULL after the join, the place is not here.
_NEW = Q(area__name__isnull=True)
_IN_FORCE = Q(area__name__isnull=False, area__valid_to__isnull=True)


def _changed_names() -> QuerySet:
    """Lines whose place is in force under another name."""
    return StagedArea.objects.filter(_IN_FORCE).exclude(area__name=F("name"))


def _changed_parents() -> QuerySet:
    """Lines that give a place in force a parent that it does not have; no parent changes nothing."""
    given = StagedArea.objects.filter(_IN_FORCE, parent_id__isnull=False)
    return given.filter(Q(area__parent__isnull=True) | ~Q(area__parent=F("parent")))


def _check_the_whole(faults: _Faults, on: date) -> None:
    """Find what can only be seen with all lines and the present tree at hand."""
    twice = StagedArea.objects.values("area_id").annotate(n=Count("*"), first=Min("line"), last=Max("line"))
    for row in twice.filter(n__gt=1).order_by("first"):
        faults.add(row["last"], f"代码 {row['area_id']} 重复，第 {row['first']} 行已有。")

    in_file = StagedArea.objects.filter(area_id=OuterRef("parent_id"))
    here = Area.objects.filter(code=OuterRef("parent_id"))
    for row in (
        StagedArea.objects.exclude(parent=None).filter(~Exists(in_file), ~Exists(here)).order_by("line")
    ):
        faults.add(row.line, f"代码 {row.area_id} 的上级 {row.parent_id} 不在文件中，系统中也没有。")

    for row in StagedArea.objects.filter(_NEW, parent__valid_to__isnull=False).order_by("line"):
        faults.add(row.line, f"代码 {row.area_id} 的上级 {row.parent_id} 已撤销。")

    reused = StagedArea.objects.filter(area__valid_to__isnull=False).exclude(area__name=F("name"))
    for row in reused.select_related("area").order_by("line"):
        faults.add(
            row.line,
            f"代码 {row.area_id} 曾属于“{row.area.name}”（{row.area.valid_to} 撤销），"
            f"用过的代码不能再给“{row.name}”。",
        )

    later = AreaName.objects.filter(area=OuterRef("area_id"), valid_to__gt=on)
    for row in _changed_names().filter(Exists(later)).order_by("line"):
        faults.add(row.line, f"代码 {row.area_id} 在 {on} 之后已有更名记录，不能再按 {on} 更名。")


def _add(founded: date | None) -> int:
    return insert_select(
        Area,
        StagedArea.objects.filter(_NEW),
        {
            "code": F("area_id"),
            "name": F("name"),
            "level": F("level"),
            "parent": F("parent_id"),
            "pinyin": F("pinyin"),
            "valid_from": founded,
        },
    )


def _rename(on: date, document: str, actor) -> int:
    changed = _changed_names()
    if not changed.exists():
        return 0
    record_select(
        "area.rename",
        changed,
        actor=actor,
        case_type="areas.area",
        case_id=Cast("area_id", BigIntegerField()),
        area_code=F("area_id"),
        changes=JSONObject(name=JSONArray(F("area__name"), F("name"))),
        summary=document,
    )
    earlier = AreaName.objects.filter(area=OuterRef("area_id")).order_by("-valid_to")
    since = Coalesce(Subquery(earlier.values("valid_to")[:1]), F("area__valid_from"))
    insert_select(
        AreaName,
        # A name given and changed on one day was never borne.
        changed.annotate(since=since).filter(Q(since__isnull=True) | Q(since__lt=on)),
        {
            "area": F("area_id"),
            "name": F("area__name"),
            "valid_from": F("since"),
            "valid_to": on,
            "document": document,
        },
    )
    new = StagedArea.objects.filter(area_id=OuterRef("code"))
    return Area.objects.filter(code__in=list(changed.values_list("area_id", flat=True))).update(
        name=Subquery(new.values("name")), pinyin=Subquery(new.values("pinyin"))
    )


def _attach() -> int:
    new = StagedArea.objects.filter(area_id=OuterRef("code"))
    return Area.objects.filter(code__in=_changed_parents().values("area_id")).update(
        parent=Subquery(new.values("parent_id"))
    )


def _missing() -> QuerySet:
    """Places in force that the file leaves out although it has their parent and others of their level."""
    in_file = StagedArea.objects.filter(area_id=OuterRef("code"))
    parent_in_file = StagedArea.objects.filter(area_id=OuterRef("parent_id"))
    levels = list(StagedArea.objects.values_list("level", flat=True).distinct())
    return Area.objects.filter(
        ~Exists(in_file), Exists(parent_in_file), valid_to__isnull=True, level__in=levels
    ).order_by("code")


def _common_code() -> str:
    """The smallest area that holds everything in the file, "" for the country."""
    ends = StagedArea.objects.aggregate(first=Min("area_id"), last=Max("area_id"))
    first, last = ends["first"], ends["last"]
    shared = [n for n in Level.values if len(first) >= n and first[:n] == last[:n]]
    return first[: max(shared, default=0)]
