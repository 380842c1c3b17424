"""The register as the target of imports: matching, comparing and writing for every kind whose columns lead here."""

from collections.abc import Callable, Iterator, Set
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from households.incoming import differing, gaps, matching, meaning, registering, updating
from households.incoming.fields import target_fields
from households.models import Household, IncomingRow, Member, Membership, MemberSurvey, Survey
from households.services.checking import enqueue_after_import
from households.services.days import check_register_day
from households.services.facts import facts_changed, open_year_of
from poverty.audit.services import record_select
from poverty.ledgers.columns import Column
from poverty.ledgers.incoming.kinds import Found
from poverty.ledgers.models import Import, StagedRow
from poverty.ledgers.services.staging import weigh
from poverty.sql.prefix import within
from poverty.sql.staging import analyze

OTHER_RIGHTS = "核对人和您在这里能办理的不同，核对结果对您不适用。请先点“重新核对”，看过再应用。"
SHORTEST = 6  # digits of a county: years, runs and locks go by county
_MANY = 1_000  # rows of a year that may well be looked through each for each


class Register:
    """`household_rows`: the file has one row per household, with its head; else one per person."""

    def __init__(self, columns: tuple[Column, ...], *, household_rows: bool):
        self.fields = target_fields(columns)
        self.limits = meaning.limits_of(self.fields)
        self.household_rows = household_rows

    def admit(self, area_code: str, year: int | None, *, actor) -> None:
        """Refuse an area above a county, and a year that is closed or was never opened."""
        if len(area_code) < SHORTEST:
            raise ValidationError({"area": "请选县或县以下的地区：年度按县开启。"})
        open_year_of(area_code, year)

    def read(
        self,
        values: dict[str, Any],
        *,
        asked: Set[str],
        wrong: Set[str],
        year: int | None,
        today: date,
    ) -> Iterator[Found]:
        """What the cells of a row mean together; see meaning.read."""
        return meaning.read(
            values,
            self.limits,
            asked=asked,
            wrong=wrong,
            year=year,
            household_rows=self.household_rows,
            today=today,
        )

    def check(self, imported: Import, *, actor, new: bool = True) -> None:
        """Find whom the rows are about and what they would change."""
        matching.match(
            imported,
            where=matching.Where.of(actor),
            household_rows=self.household_rows,
            today=timezone.localdate(),
            new=new,
        )
        weigh(imported, new=new)
        self._compare(imported, actor)
        weigh(imported, new=new)

    def _compare(self, imported: Import, actor, fresh: Set[int] = frozenset()) -> None:
        differing.compare(imported, self._fields(imported))
        registering.show_adoptions(imported, actor=actor, fresh=fresh)

    def _fields(self, imported: Import):
        return differing.fields_in(self.fields, imported.found)

    def apply(self, imported: Import, *, actor) -> dict[str, int]:
        """Match and compare once more under the locks, then write what differs; counts by words."""
        _lock(imported)
        open_year_of(imported.area_code, imported.year)
        another = actor.pk != imported.created_by_id
        shown = _not_ones_own(imported) if another else 0
        self.check(imported, actor=actor)
        if another and _not_ones_own(imported) != shown:
            raise ValidationError(OTHER_RIGHTS)

        def rows() -> QuerySet[IncomingRow]:
            return IncomingRow.objects.of(imported).to_apply()

        document = f"国网导出表（{imported.as_of}，导入{imported.pk}）"
        on = matching.period_start(imported)
        if rows().filter(Q(household=None) | Q(member=None)).exists():
            check_register_day(imported.area_code, on, field="year")
        new = registering.register(imported, rows, on=on, document=document, actor=actor)
        started = updating.start_surveys(rows(), imported.year, actor=actor, on=imported.as_of)
        begun = 0
        if not self.household_rows:
            begun = updating.start_member_surveys(rows(), imported.year, on=imported.as_of)
        fields = self._fields(imported)
        fresh = set(_fresh(rows))
        if started or begun or any(new.values()):  # else nothing has come about since the comparison above
            # Taken for a year of which there is nothing, all of it would be looked through for each household.
            for facts, count in ((Survey, started), (MemberSurvey, begun)):
                if count > _MANY:
                    analyze(facts, "year")
            self._compare(imported, actor, fresh)
            weigh(imported)
        touched = _touched(rows)
        _audit(rows, imported, actor)
        written = updating.update(imported, rows, fields, actor=actor)
        adopted = registering.adopt(imported, rows, document=document, actor=actor)
        registering.confirm(rows, document=document, actor=actor)
        gaps.remember(imported, rows, fields)
        counts = {
            "新增户": new["households"],
            "新增人": new["members"],
            "开始年度信息": started,
            "户信息": written.get("household", 0),
            "人员信息": written.get("member", 0) + written.get("membership", 0),
            "户年度信息": written.get("survey", 0),
            "人员年度信息": written.get("member_survey", 0),
            "收入项目": written.get("income_items", 0),
            "带入状态": adopted,
        }
        ids = sorted(touched | fresh)
        if ids:
            facts_changed(ids)
            enqueue_after_import(imported.area_code, imported.year, actor=actor)
        return counts

    def missing(self, imported: Import) -> QuerySet[Membership]:
        """Persons on the register of the area whom the file does not name: a question, never a removal.

        Of the households in the file; whole households that it does not name are in `missing_households`.
        """
        rows = IncomingRow.objects.filter(imported=imported.pk)
        people = Membership.objects.filter(
            within("household__area_id", [imported.area_code]),
            Exists(rows.filter(household=OuterRef("household"))),
            valid_to=None,
        )
        if self.household_rows:
            return people.none()
        return people.filter(~Exists(rows.filter(member=OuterRef("member"))))

    def missing_lines(self, imported: Import, limit: int) -> list[tuple[str, str]]:
        """The first of them in words, each with the address of the household."""
        rows = self.missing(imported).select_related("member", "household").order_by("household", "pk")
        return [
            (
                f"{one.household.head_name}户：{one.member.name}（{one.get_relation_display()}）",
                reverse("households:detail", args=[one.household_id]),
            )
            for one in rows[:limit]
        ]

    def missing_households(self, imported: Import) -> QuerySet[Household]:
        """Registered poor households of the area that the file does not name."""
        rows = IncomingRow.objects.filter(imported=imported.pk, household=OuterRef("pk"))
        return (
            Household.objects.under(imported.area_code).on_register().registered_poor().filter(~Exists(rows))
        )


def _not_ones_own(imported: Import) -> int:
    """Rows of households that whoever checked may not register."""
    fault = [{"k": matching.COUNTY_REGISTERS}]
    return StagedRow.objects.filter(imported=imported, row_faults__contains=fault).count()


def _lock(imported: Import) -> None:
    """Households, then persons, in the order of their keys: nothing of them changes meanwhile.

    Those of rows that were wrong too: what was in their way may be gone by now.
    """
    staged = StagedRow.objects.filter(imported=imported).exclude(accepted=False)
    chosen = staged.filter(household_id__isnull=False).values("household_id")
    households = Household.objects.filter(within("area_id", [imported.area_code]), pk__in=chosen)
    households = households.order_by("pk")
    _take(households.select_for_update(no_key=True, of=("self",)))
    named = staged.filter(member_id__isnull=False).values("member_id")
    people = Member.objects.filter(within("household__area_id", [imported.area_code]), pk__in=named)
    _take(people.order_by("pk").select_for_update(no_key=True, of=("self",)))


def _take(rows: QuerySet) -> None:
    for _ in rows.values_list("pk", flat=True).iterator(chunk_size=10_000):
        pass


def _fresh(rows: Callable[[], QuerySet]) -> QuerySet:
    """Households of rows that were new, before they are compared again."""
    return rows().filter(outcome="new", household__isnull=False).values_list("household", flat=True)


def _touched(rows: Callable[[], QuerySet]) -> set[int]:
    changed = rows().exclude(differences={}).filter(household__isnull=False)
    return set(changed.values_list("household", flat=True))


def _audit(rows: Callable[[], QuerySet], imported: Import, actor) -> None:
    """One entry per row that changes something, at its household."""
    record_select(
        "households.import",
        rows().exclude(differences={}),
        actor=actor,
        case_type="households.household",
        case_id=F("household"),
        area_code=F("household__area_id"),
        changes=F("differences"),
        summary=Value(f"国网导入（导出日期 {imported.as_of}，导入{imported.pk}）", CharField()),
    )
