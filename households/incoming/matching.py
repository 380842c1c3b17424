"""Whom a staged row is about, and what stands against it: other rows, the register, the actor's area. Set-based.

Every question is one statement over the rows of an import; none looks at a row by itself.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Count,
    Exists,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, RowNumber

from households.incoming.fields import cell
from households.models import CountyYear, Household, IncomingRow, Member, Membership
from poverty.ledgers.incoming.kinds import Found
from poverty.ledgers.models import Import, Level, StagedRow
from poverty.ledgers.services.staging import weigh
from poverty.parameters.services import value_for
from poverty.sql.comparing import Joined
from poverty.sql.prefix import within
from poverty.sql.update import update_from

COUNTY_REGISTERS = "county_registers"
_CLOSED = (Household.State.CLOSED, Household.State.MERGED)


@dataclass(frozen=True)
class Where:
    """In whose name rows are matched: where he may import, and where he may take households over."""

    scope: tuple[str, ...]
    takes_over: tuple[str, ...]

    @classmethod
    def of(cls, user) -> "Where":
        """By the rights that a person holds today."""
        return cls(user.scope("register.import").areas, user.scope("status.adopt").areas)


def match(imported: Import, *, where: Where, household_rows: bool, today: date, new: bool = True) -> None:
    """Find household and person of every row, and note as row faults what keeps it from being taken over."""
    rows = IncomingRow.objects.filter(imported=imported.pk)
    _find(imported, rows)
    # Before, nobody was found: every question below would be asked of each row by each.
    weigh(imported, new=new)
    _take_unnumbered(rows)
    _ask_the_file(rows, household_rows)
    _ask_about_persons(rows, where)
    _ask_about_households(imported, rows, where)
    _ask_about_new(imported, rows, where, household_rows, today)


def _find(imported: Import, rows: QuerySet) -> None:
    """By 户编号; by 人口编号, else by the hash of the number. The head's row, else the first, leads its household."""
    first = Window(
        RowNumber(), partition_by=[F("household_no")], order_by=[F("is_head").desc(), F("pk").asc()]
    )
    by_no = Household.objects.filter(household_no=OuterRef("household_no"))
    members = Member.objects.filter(member_no=OuterRef("member_no"))
    by_hash = Member.objects.filter(identity_hash=OuterRef("identity_hash"))
    found = rows.annotate(
        place=first,
        found_household=Subquery(by_no.values("pk")[:1]),
        found_member=Coalesce(Subquery(members.values("pk")[:1]), Subquery(by_hash.values("pk")[:1])),
    )
    update_from(
        StagedRow,
        found,
        {
            "household_id": F("found_household"),
            "member_id": F("found_member"),
            "leads": Q(place=1),
            "row_faults": Value([], JSONField()),
            "level": F("cell_level"),
            "differences": Value({}, JSONField()),
            "kept": Value({}, JSONField()),
        },
        key="pk",
    )


def _take_unnumbered(rows: QuerySet) -> None:
    """A household registered here before the national system numbered it is found by its head."""
    heads = rows.filter(household=None, is_head=True, member__household__household_no=None).exclude(
        household_no=""
    )
    heads = heads.filter(member__household__head=F("member")).exclude(member__household__state__in=_CLOSED)
    own = heads.filter(household_no=OuterRef("household_no")).order_by("pk").values("member__household")[:1]
    found = rows.filter(household_no__in=heads.values("household_no")).annotate(found=Subquery(own))
    update_from(StagedRow, found, {"household_id": F("found")}, key="pk")


def _mark(rows: QuerySet, kind: str, message: str, *, column: str = "", level: int = Level.ROW) -> int:
    """Note a fault at each of these rows."""
    fault = Found(column, kind, message, int(level)).as_json()
    return StagedRow.objects.filter(pk__in=rows.values("pk")).update(
        row_faults=Joined(F("row_faults"), Value([fault], JSONField()), output_field=JSONField()),
        level=Greatest(F("level"), Value(int(level))),
    )


def _ask_the_file(rows: QuerySet, household_rows: bool) -> None:
    """The same person or household twice."""
    for field, column in (("identity_hash", "identity"), ("member_no", "member_no")):
        named = rows.exclude(**{field: None}) if field == "identity_hash" else rows.exclude(member_no="")
        counted = named.values(field).annotate(n=Count("pk"), where=Count("household_no", distinct=True))
        twice = counted.filter(n__gt=1)
        _mark(
            rows.filter(**{f"{field}__in": twice.filter(where=1).values(field)}),
            "person_twice",
            "表里同一个人出现了不止一次。应填：每人一行。",
            column=column,
        )
        _mark(
            rows.filter(**{f"{field}__in": twice.filter(where__gt=1).values(field)}),
            "person_in_two_households",
            "表里同一个人在两户。应填：只在所在的一户。",
            column=column,
        )
    per_household = rows.exclude(household_no="").values("household_no")
    if household_rows:
        _mark(
            rows.filter(
                household_no__in=per_household.annotate(n=Count("pk")).filter(n__gt=1).values("household_no")
            ),
            "household_twice",
            "表里同一户出现了不止一次。应填：每户一行。",
            column="household_no",
        )
        return
    two_heads = per_household.filter(is_head=True).annotate(n=Count("pk")).filter(n__gt=1)
    _mark(
        rows.filter(household_no__in=two_heads.values("household_no")),
        "two_heads",
        "这一户在表里有两个户主。应填：一户一个户主。",
        column="relation",
    )


def _ask_about_persons(rows: QuerySet, where: Where) -> None:
    same_number = Member.objects.filter(identity_hash=OuterRef("identity_hash")).exclude(
        pk=OuterRef("member")
    )
    _mark(
        rows.filter(Exists(same_number), member__isnull=False),
        "numbers_disagree",
        "人口编号和证件号码在本系统属于两个人。应填：对照国网和户口本，改正其中一个。",
        column="member_no",
    )
    _mark(
        rows.filter(member__member_no__isnull=False).exclude(member__member_no=F("member_no")),
        "numbers_disagree",
        "证件号码相同，人口编号与本系统的不同。应填：对照国网，改正人口编号。",
        column="member_no",
    )
    elsewhere = rows.filter(member__household__isnull=False).filter(
        Q(household=None) | ~Q(member__household=F("household"))
    )
    seen = within("member__household__area_id", where.scope)
    _mark(
        elsewhere.filter(seen),
        "person_elsewhere",
        "此人在本系统在册于另一户，一人只能在一户。应填：先在本系统办理转户或减少，或更正表中的户编号。",
        column="member_no",
    )
    _mark(
        elsewhere.exclude(seen),
        "person_elsewhere",
        "此人已在其他地区登记。应填：与县扶贫办核对后再导入。",
        column="member_no",
    )
    _mark(
        rows.filter(Exists(Membership.objects.filter(member=OuterRef("member"))), member__household=None),
        "person_left",
        "此人在本系统已登记离户（死亡、迁出等），国网仍在册。应填：先核实；确已离户的，在国网办理自然减少。",
        column="member_no",
    )


def _ask_about_households(imported: Import, rows: QuerySet, where: Where) -> None:
    known = rows.filter(household__isnull=False)
    _mark(
        known.exclude(
            within("household__area_id", where.scope) & within("household__area_id", [imported.area_code])
        ),
        "household_outside",
        "该户编号是所选地区以外的户。应填：本地区的户编号。",
        column="household_no",
    )
    _mark(
        known.filter(household__state__in=_CLOSED),
        "household_closed",
        "该户在本系统已销户或已并户，信息不再改动。应填：核实后，在国网办理。",
        column="household_no",
    )
    numbered = known.filter(household__household_no=None).values("household")
    twice = numbered.annotate(n=Count("household_no", distinct=True)).filter(n__gt=1)
    _mark(
        rows.filter(household__in=twice.values("household")),
        "two_numbers",
        "本系统的一户在表里成了两户。应填：核对后分别登记。",
        column="household_no",
    )
    _mark(
        known.filter(leads=True).exclude(area_code="").exclude(household__area=F("area_code")),
        "place_differs",
        "该户在本系统登记在另一个村，所在地不随导入改变；要改请办理户迁移。",
        column="village",
        level=Level.QUESTION,
    )
    _mark(
        known.filter(is_head=True, household__head__isnull=False).exclude(household__head=F("member")),
        "head_differs",
        "国网的户主与本系统不同，户主不随导入改变；要改请办理“变更户主”。",
        column="relation",
        level=Level.QUESTION,
    )
    heads = rows.filter(
        is_head=True, household_no=OuterRef("household_no"), identity_hash=OuterRef("head_hash")
    )
    _mark(
        rows.filter(head_hash__isnull=False, leads=True).exclude(household_no="").filter(~Exists(heads)),
        "head_identity_differs",
        "户主证件号码与户主一行的证件号码不一致。应填：同一个号码。",
        column="head_identity",
        level=Level.QUESTION,
    )
    _mark(
        rows.filter(member__identity_hash__isnull=False, identity_hash__isnull=False).exclude(
            member__identity_hash=F("identity_hash")
        ),
        "identity_differs",
        "证件号码与本系统登记的不同，不随导入改变；要改请在人员信息里更正。",
        column="identity",
        level=Level.QUESTION,
    )


def _ask_about_new(imported: Import, rows: QuerySet, where: Where, household_rows: bool, today: date) -> None:
    """Persons and households that the register does not have."""
    newborn_days = value_for("register.without_number_days", imported.area_code, today)
    born_after = (today - timedelta(days=newborn_days)).isoformat()
    persons = rows.filter(member=None).annotate(born=cell("birth_date"), called=cell("name"))
    nameless = persons.filter(Q(born__isnull=True) | Q(born__lt=born_after), identity_hash=None)
    told = Q(cell_faults__contains=[{"c": "identity"}])
    # A number that cannot be read has said so at its cell: once is enough, but the row cannot be.
    StagedRow.objects.filter(pk__in=nameless.filter(told).values("pk")).update(level=Level.ROW)
    _mark(
        nameless.exclude(told),
        "identity_missing",
        "没有可用的证件号码，不能新登记此人（新生儿除外）。应填：证件上的完整号码。",
        column="identity",
    )
    same_name = Membership.objects.filter(
        household=OuterRef("household"),
        valid_to=None,
        member__name=OuterRef("called"),
        member__identity_hash=None,
    )
    _mark(
        persons.filter(Exists(same_name)),
        "same_name",
        "该户已有同名的成员，本系统没有他的证件号码和人口编号。应填：先在本系统给他补上号码，再导入。",
        column="name",
    )
    _mark(
        persons.filter(household__head__isnull=False, is_head=True),
        "new_head",
        "该户在本系统有另一个户主。应填：先在本系统增加此人并变更户主，再导入。",
        column="relation",
    )
    if household_rows:
        _mark(
            persons.filter(household__isnull=False),
            "person_unknown",
            "本系统该户没有这个人。应填：先导入人口表，或核对人口编号。",
            column="member_no",
        )
    households = rows.filter(household=None).exclude(household_no="")
    _mark(
        households.exclude(within("area_code", where.takes_over)).exclude(area_code=""),
        COUNTY_REGISTERS,
        "本系统没有这一户，新户由县扶贫办导入带入。应填：先由县扶贫办导入，或核对户编号。",
        column="household_no",
    )
    if household_rows:
        _mark(
            households.annotate(stated=cell("size")).filter(Q(stated__isnull=True) | ~Q(stated="1")),
            "members_missing",
            "本系统没有这一户；户表只有户主一行，不能登记多人户。应填：先导入人口表，再导入户表。",
            column="household_no",
        )
    two_places = (
        households.values("household_no").annotate(n=Count("area_code", distinct=True)).filter(n__gt=1)
    )
    _mark(
        households.filter(household_no__in=two_places.values("household_no")),
        "household_in_two_places",
        "表里这一户写在两个村。应填：一户在一个村。",
        column="village",
    )
    heads = StagedRow.objects.to_apply().filter(
        imported=imported.pk, is_head=True, household_no=OuterRef("household_no")
    )
    _mark(
        households.filter(~Exists(heads), is_head=False, level__lt=Level.ROW),
        "no_head",
        "新登记的户没有可以导入的户主一行。应填：补上或改正户主的信息。",
        column="relation",
    )


def period_start(imported: Import) -> date:
    """From when what an import newly registers holds: the first day of the year's accounting period."""
    return CountyYear.objects.get(area_id=imported.area_code[:6], year=imported.year).period_from
