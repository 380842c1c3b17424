"""政策享受 from a workbook (一卡通批次、部门发放表): each row against the register, the policy and what was received before.

Rows are found by 证件号码, 人口编号 or 户编号. A few statements, whatever the number of rows; what is wrong is said by row
and column, good rows can go in without the bad ones. Paid twice for a term is refused, the same again changes nothing.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from households.benefits.amounts import weighed
from households.benefits.in_force import policies_in_force
from households.benefits.models import Benefit, BenefitIncome, Policy
from households.benefits.services.benefits import after_recording, income_years, may_record
from households.models import Household, Member, Membership
from households.options.policy_options import DIFFERENCE, IMPORTED, MEMBER, ONCE, ONE_CARD, PERIODS
from households.services.locking import lock_households
from poverty.fields.normalise import compact
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.incoming.kinds import Found, ImportKind
from poverty.ledgers.models import Import, Level, Outcome, StagedRow
from poverty.ledgers.services.staging import weigh

SHORTEST = 6
_WRITTEN = ("household_id", "member_id", "row_faults", "level", "outcome", "differences", "kept", "leads")

COLUMNS = (
    Column("household_no", "户编号", Kind.CODE, width=20),
    Column("member_no", "人口编号", Kind.CODE, width=20),
    Column("name", "姓名", needed=True, aliases=("享受人", "户主姓名")),
    Column("identity", "证件号码", Kind.IDENTITY, aliases=("身份证号码", "身份证号"), width=22),
    Column("policy", "政策名称", needed=True, aliases=("政策", "补贴项目", "项目名称"), width=24),
    Column("period", "期", Kind.OPTION, options=PERIODS, aliases=("学期", "月份")),
    Column("units", "数量", Kind.NUMBER),
    Column("amount", "金额（元）", Kind.MONEY, aliases=("金额", "发放金额", "补贴金额")),
    Column("paid_on", "发放日期", Kind.DATE, needed=True, aliases=("到账日期",)),
    Column("batch", "一卡通批次号", aliases=("批次号",), width=18),
    Column("document", "依据", aliases=("文号",), width=20),
    Column("note", "说明", aliases=("备注",), width=20),
)


@dataclass
class _Known:
    """What rows are held against, read once for all of them."""

    homes: dict[str, Household] = field(default_factory=dict)
    by_number: dict[str, Member] = field(default_factory=dict)
    by_hash: dict[bytes, Member] = field(default_factory=dict)
    belongs: dict[int, list[Membership]] = field(default_factory=dict)  # by member, the latest last
    members: dict[int, list] = field(default_factory=dict)  # by household: member__name, valid_from, valid_to
    policies: dict[str, Policy] = field(default_factory=dict)
    received: dict[tuple, Benefit] = field(default_factory=dict)
    once: set[tuple] = field(default_factory=set)

    def home_of(self, member_id: int, day: str) -> Household | None:
        """The household of a member on a day (ISO), else his last one; None: he never was in any."""
        rows = self.belongs.get(member_id, [])
        there = [one for one in rows if _holds(one, day)] or rows
        return there[-1].household if there else None

    def is_named(self, home: Household, name: str, day: str) -> bool:
        """Whether a name is that of the head, or of somebody in the household on a day (ISO) or now."""
        rows = self.members.get(home.pk, ())
        there = {compact(one.member__name) for one in rows if one.valid_to is None or _holds(one, day)}
        return compact(name) in there | {compact(home.head_name)}


def _holds(one, day: str) -> bool:
    return one.valid_from.isoformat() <= day and (one.valid_to is None or day < one.valid_to.isoformat())


class Benefits:
    """The target of the import: see poverty.ledgers.incoming.kinds.Target."""

    def admit(self, area_code: str, year: int | None, *, actor) -> None:
        """Refuse an area above a county, and a year without any policy in force."""
        if len(area_code) < SHORTEST:
            raise ValidationError({"area": "请选县或县以下的地区：政策由县制定。"})
        if not policies_in_force(area_code, year):
            raise ValidationError({"year": f"{year}年度这里没有执行中的政策，请先在政策目录里发布。"})

    def read(
        self, values: dict[str, Any], *, asked: Set[str], wrong: Set[str], year: int | None, today: date
    ) -> Iterator[Found]:
        """What one row says by itself."""
        paid_on = values.get("paid_on")
        if paid_on is not None and abs(paid_on.year - year) > 1:
            yield Found(
                "paid_on",
                "other_year",
                f"发放日期与{year}年度相差一年以上。应填：这一年度的发放日期。",
                Level.ROW,
            )
        if paid_on is not None and paid_on > today:
            yield Found("paid_on", "to_come", "发放日期晚于今天。应填：已经发放的日期。", Level.ROW)
        for key, length in (("batch", 60), ("document", 200), ("note", 200)):
            if len(values.get(key, "")) > length:
                yield Found(key, "too_long", f"文字太长。应填：不超过{length}个字。", Level.ROW)

    def check(self, imported: Import, *, actor, new: bool = True) -> None:
        """Find household and person of every row and say what is wrong with it."""
        weigh(imported, new=new)
        rows = list(StagedRow.objects.filter(imported=imported).select_related("cells").order_by("pk"))
        known = _known(imported, rows)
        seen: dict[tuple, int] = {}
        for row in rows:
            _check_row(row, known, imported, actor, seen)
        StagedRow.objects.bulk_update(rows, _WRITTEN, batch_size=1_000)

    def apply(self, imported: Import, *, actor) -> dict[str, int]:
        """Record the rows that are new, as they are once more under the locks; what counts goes into the income."""
        staged = StagedRow.objects.filter(imported=imported, household_id__isnull=False)
        homes = lock_households(staged.values_list("household_id", flat=True))
        self.check(imported, actor=actor, new=False)
        rows = (
            StagedRow.objects.to_apply()
            .filter(imported=imported, outcome=Outcome.NEW)
            .select_related("cells")
        )
        rows = list(rows.order_by("pk"))
        policies = _policies(imported)
        days = {date.fromisoformat(row.cells.values["paid_on"]) for row in rows}
        years = income_years({one.area_id[:6] for one in homes.values()}, days)
        made = [_benefit(row, policies, homes, years, actor) for row in rows]
        Benefit.objects.bulk_create(made, batch_size=1_000)
        after_recording(made, homes, actor=actor, action="households.benefit.import")
        asked = BenefitIncome.objects.asked().filter(household__in={one.household_id for one in made}).count()
        return {"政策享受": len(made), "收入待核对": asked if made else 0}

    def missing(self, imported: Import) -> QuerySet[Membership]:
        """Nobody is missing from a list of payments."""
        return Membership.objects.none()

    def missing_households(self, imported: Import) -> QuerySet[Household]:
        """The same of households."""
        return Household.objects.none()

    def missing_lines(self, imported: Import, limit: int) -> list[tuple[str, str]]:
        """The same in words."""
        return []


def _policies(imported: Import) -> dict[str, Policy]:
    """By name and by code."""
    found = {}
    for one in policies_in_force(imported.area_code[:6], imported.year):
        found[one.code] = found[one.name] = one
    return found


def _known(imported: Import, rows: list[StagedRow]) -> _Known:
    known = _Known(policies=_policies(imported))
    numbers = {row.household_no for row in rows if row.household_no}
    known.homes = {one.household_no: one for one in Household.objects.filter(household_no__in=numbers)}
    hashes = [bytes(row.identity_hash) for row in rows if row.identity_hash]
    people = Member.objects.filter(
        member_no__in={row.member_no for row in rows if row.member_no}
    ) | Member.objects.filter(identity_hash__in=hashes)
    for one in people:
        if one.member_no:
            known.by_number[one.member_no] = one
        if one.identity_hash:
            known.by_hash[bytes(one.identity_hash)] = one
    everybody = {one.pk for one in (*known.by_number.values(), *known.by_hash.values())}
    for one in (
        Membership.objects.filter(member__in=everybody).select_related("household").order_by("valid_from")
    ):
        known.belongs.setdefault(one.member_id, []).append(one)
    homes = {one.pk for one in known.homes.values()}
    homes |= {one.household_id for rows in known.belongs.values() for one in rows}
    there = Membership.objects.filter(household__in=homes).order_by()
    for one in there.values_list("household_id", "member__name", "valid_from", "valid_to", named=True):
        known.members.setdefault(one.household_id, []).append(one)
    # A person's own go with him, in whatever household he received them.
    for one in Benefit.objects.standing().filter(Q(household__in=homes) | Q(member__in=everybody)):
        whose = one.member_id or -one.household_id
        known.once.add((one.code, whose))
        known.received[one.code, whose, one.year, one.period] = one
    return known


def _check_row(row: StagedRow, known: _Known, imported: Import, actor, seen: dict[tuple, int]) -> None:
    row.row_faults, row.differences, row.kept, row.leads = [], {}, {}, True
    row.household_id = row.member_id = None
    row.level = row.cell_level
    found = list(_faults(row, known, imported, actor, seen))
    row.row_faults = [one.as_json() for one in found]
    row.level = max([row.cell_level, *(int(one.level) for one in found)])
    if row.level == Level.ROW or (row.level == Level.CELL and not row.accepted):
        row.outcome = Outcome.WRONG
    elif row.kept:
        row.outcome, row.kept = Outcome.UNCHANGED, {}
    else:
        row.outcome = Outcome.NEW


def _faults(
    row: StagedRow, known: _Known, imported: Import, actor, seen: dict[tuple, int]
) -> Iterator[Found]:
    values = row.cells.values
    person = (
        known.by_hash.get(bytes(row.identity_hash))
        if row.identity_hash
        else known.by_number.get(row.member_no)
    )
    home = known.homes.get(row.household_no)
    if home is None and person is not None:
        home = known.home_of(person.pk, values.get("paid_on", ""))
    if home is None:
        text = "登记册里没有找到这个人或户。应填：登记在册的证件号码、人口编号或户编号。"
        yield Found("identity", "nobody_found", text, Level.ROW)
        return
    if not home.area_id.startswith(imported.area_code):
        yield Found("household_no", "household_outside", "该户不在所选的地区。应填：本地区的户。", Level.ROW)
        return
    policy = known.policies.get(values.get("policy", ""))
    if policy is None:
        if values.get("policy"):
            text = f"{imported.year}年度没有执行中的这项政策。应填：政策目录里的名称。"
            yield Found("policy", "policy_unknown", text, Level.ROW)
        return
    if not may_record(actor, home.area_id, policy.sector):
        yield Found("policy", "other_sector", "这项政策不由您的部门登记。应填：本部门的政策。", Level.ROW)
        return
    row.household_id = home.pk
    if policy.level == MEMBER:
        yield from _person_faults(row, person, home, known)
    else:
        yield from _home_faults(row, person, home, known)
    yield from _payment_faults(row, policy, known, imported, seen)


def _person_faults(row: StagedRow, person: Member | None, home: Household, known: _Known) -> Iterator[Found]:
    if person is None:
        text = "这项政策按人享受，没有找到享受人。应填：享受人的证件号码或人口编号。"
        yield Found("identity", "person_missing", text, Level.ROW)
        return
    row.member_id = person.pk
    if not _same(person.name, row.cells.values.get("name", "")):
        text = "姓名与登记册里这个号码的人不同。应填：核对姓名和号码。"
        yield Found("name", "name_differs", text, Level.ROW)
    values = row.cells.values
    own = [one for one in known.belongs.get(person.pk, ()) if one.household_id == home.pk]
    if not own:
        yield Found(
            "household_no", "not_a_member", "此人不是该户的成员。应填：此人所在户的户编号。", Level.ROW
        )
    elif (
        (day := values.get("paid_on")) and not any(_holds(one, day) for one in own) and not values.get("note")
    ):
        text = "发放那天此人不在该户（已离户或尚未入户）。应填：当时所在户的户编号；确实发给该户的，在“说明”里写明原因。"
        yield Found("paid_on", "not_a_member_then", text, Level.ROW)


def _home_faults(row: StagedRow, person: Member | None, home: Household, known: _Known) -> Iterator[Found]:
    """A payment to a household: the name, and the person whose number stands beside, must be of the same household, or
    the money of a list that slipped by a row would be another family's income.
    """
    values = row.cells.values
    name = values.get("name", "")
    own = person is not None and any(one.household_id == home.pk for one in known.belongs.get(person.pk, ()))
    if not known.is_named(home, name, values.get("paid_on", "")) and not (own and _same(person.name, name)):
        text = "姓名既不是该户的户主，也不是该户的成员。应填：核对户编号和姓名是不是同一户。"
        yield Found("name", "name_of_another_household", text, Level.ROW)
    if person is not None and not own:
        text = "这个号码的人不是该户的成员。应填：核对户编号和号码是不是同一户。"
        yield Found("identity", "not_a_member", text, Level.ROW)
    elif person is None and (row.identity_hash or row.member_no):
        text = "登记册里没有这个号码的人。应填：该户成员的号码；户编号和姓名核对无误的，确认后可以导入。"
        yield Found("identity", "number_unknown", text, Level.CELL)


def _same(one: str, other: str) -> bool:
    return compact(one) == compact(other)


def _payment_faults(
    row: StagedRow, policy: Policy, known: _Known, imported: Import, seen: dict[tuple, int]
) -> Iterator[Found]:
    values = row.cells.values
    period = values.get("period", "")
    if period not in policy.periods():
        text = (
            "这项政策分期发放。应填：春季、秋季或月份。"
            if period == ""
            else "这项政策没有这一期。应填：政策规定的期。"
        )
        yield Found("period", "period_wrong", text, Level.ROW)
    weight = weighed(
        policy, _number(values, "amount"), units=_number(values, "units"), note=values.get("note", "")
    )
    if policy.rule == DIFFERENCE and weight.amount is None:
        yield Found("amount", "amount_missing", "请填民政核定的金额。应填：大于 0 的金额。", Level.ROW)
    elif weight.fault:
        yield Found("amount", "amount_wrong", f"{weight.fault}应填：符合政策规则的金额。", Level.ROW)
    elif weight.ask:
        yield Found("amount", "amount_differs", weight.ask, Level.ROW)
    whose = row.member_id or -row.household_id
    key = (policy.code, whose, imported.year, period)
    if key in seen:
        yield Found(
            "", "twice_in_the_file", f"与第{seen[key]}行是同一期的同一项政策。应填：一期一行。", Level.ROW
        )
    seen.setdefault(key, row.number)
    before = known.received.get(key)
    if (
        before is not None
        and before.amount == weight.amount
        and before.paid_on.isoformat() == values.get("paid_on")
    ):
        row.kept = {"amount": [None, None, None, None]}  # the same payment again: nothing to do
    elif before is not None:
        text = f"这一期已登记过（{before.paid_on}），金额或日期不同。应填：核实；确需更正的，先冲销再导入。"
        yield Found("amount", "received_already", text, Level.ROW)
    elif policy.frequency == ONCE and (policy.code, whose) in known.once:
        yield Found(
            "policy", "once_only", "这是一次性政策，以前已登记过。应填：核实是否重复发放。", Level.ROW
        )
    row.differences = {"amount": [None, None if weight.amount is None else format(weight.amount, "f")]}


def _number(values: dict[str, Any], key: str) -> Decimal | None:
    return Decimal(values[key]) if values.get(key) not in (None, "") else None


def _benefit(row: StagedRow, policies, homes, years, actor) -> Benefit:
    values = row.cells.values
    policy, home = policies[values["policy"]], homes[row.household_id]
    paid_on = date.fromisoformat(values["paid_on"])
    batch = values.get("batch", "")
    units = _number(values, "units")
    amount = weighed(policy, _number(values, "amount"), units=units, note=values.get("note", "")).amount
    return Benefit(
        household=home,
        member_id=row.member_id,
        policy=policy,
        code=policy.code,
        year=row.imported.year,
        period=values.get("period", ""),
        units=units,
        amount=amount,
        paid_on=paid_on,
        source=ONE_CARD if batch else IMPORTED,
        batch=batch,
        document=values.get("document", ""),
        note=values.get("note", ""),
        income_year=years[home.area_id[:6], paid_on] if policy.income_item else None,
        recorded_by=actor,
    )


BENEFITS = ImportKind(
    name="benefits",
    label="政策享受（一卡通、部门发放表）",
    columns=COLUMNS,
    target=Benefits(),
    expects="每笔一行：姓名，证件号码（或人口编号、户编号），政策名称，期，金额，发放日期。政策名称与政策目录一致。",
    right="benefit.record",
    places_needed=False,
)
