"""What the rows of a workbook of helpers would do: household by household in the order of their days.

Every row is held against what stands and against the rows before it; nothing is written here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from households.helping.incoming.columns import PROFILE
from households.helping.incoming.known import Known
from households.models import Household, Pairing
from households.options.helper_orders import NUMBERS
from households.options.kinds import GENERAL_RURAL
from poverty.accounts.models import Unit, User
from poverty.fields.options import normalise_label
from poverty.ledgers.incoming.kinds import Found
from poverty.ledgers.models import Import, Level, Outcome, StagedRow

FIRST, SECOND = 1, 2
TAKEOVER, ENDING = "takes_over", "ends"


@dataclass
class Period:
    """A pairing of a household as it stands, or as a row before would have it."""

    order: int
    who: object  # key of a person on record, or ("new", ...)
    name: str
    since: date
    until: date | None
    row: Pairing | None = None  # None: made by this workbook

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)

    def overlaps(self, since: date, until: date | None) -> bool:
        return (until is None or self.since < until) and (self.until is None or since < self.until)


@dataclass
class Plan:
    """One row: whom it is about, what is wrong, what it would do."""

    staged: StagedRow
    household: Household | None = None
    person: User | None = None  # None: not on record yet
    who: object = None
    unit: Unit | None = None
    since: date | None = None
    until: date | None = None
    order: int = FIRST
    faults: list[Found] = field(default_factory=list)
    outcome: str = Outcome.WRONG
    differences: dict = field(default_factory=dict)
    ends: Pairing | None = None  # a pairing that ends on `ends_on`
    ends_on: date | None = None
    begins: bool = False
    fills: dict = field(default_factory=dict)  # what is filled in about the person

    @property
    def level(self) -> int:
        return max([self.staged.cell_level, *(one.level for one in self.faults)])

    @property
    def applies(self) -> bool:
        """Whether an application takes it: without faults, or accepted by hand."""
        accepted = self.staged.accepted
        return accepted is not False and self.level < (Level.ROW if accepted else Level.CELL)

    def value(self, key: str):
        """What the cell says; None where it is empty."""
        return self.staged.cells.values.get(key)

    def wrong(self, kind: str, message: str, column: str = "", level: int = Level.ROW) -> None:
        """Note a fault."""
        self.faults.append(Found(column, kind, message, int(level)))


def plan(imported: Import, rows: Iterable[StagedRow], known: Known, *, actor, today: date) -> list[Plan]:
    """What each row would do, in the order of the rows."""
    plans = [Plan(row) for row in rows]
    for one in plans:
        _read(one, imported, known, actor, today)
    books = {pk: [_period(row) for row in rows] for pk, rows in known.pairings.items()}
    by_day = sorted(
        (one for one in plans if one.household is not None and one.level < Level.ROW),
        key=lambda one: (one.household.pk, one.since, one.until is None, one.staged.number),
    )
    seen: set[tuple] = set()
    for one in by_day:
        same = (one.household.pk, one.who, one.since)
        if same in seen:
            one.wrong("pair_twice", "表里同一户、同一人、同一天开始的结对不止一行。应填：每次结对一行。")
            continue
        seen.add(same)
        _weigh(one, books.setdefault(one.household.pk, []), known)
    return plans


def _period(row: Pairing) -> Period:
    return Period(row.order, row.helper_id, row.helper.name, row.valid_from, row.valid_to, row)


def _read(one: Plan, imported: Import, known: Known, actor, today: date) -> None:
    """Household, unit, person and days of a row; faults where they cannot be."""
    _read_household(one, imported, known)
    units = known.units.get(normalise_label(one.value("unit") or ""), [])
    if not units:
        one.wrong(
            "unit_unknown",
            "没有登记这个单位。应填：“单位”里登记的名称；确是新单位的，先请系统管理员登记。",
            "unit",
        )
    else:
        one.unit = units[0]
    _read_person(one, known, actor)
    one.since = _day(one.value("since")) or imported.as_of
    one.until = _day(one.value("until"))
    if one.until is not None and one.until > today:
        one.until = None  # a day to come (2099-12-31) means: still
    if one.since > today:
        one.wrong("since_to_come", "开始时间在今天之后。应填：已经开始的结对。", "since")
    if one.until is not None and one.until <= one.since:
        one.wrong("until_before", "终止时间须晚于开始时间。", "until")
    if one.household is not None:
        begun = known.begun.get(one.household.pk)
        if begun is not None and one.since < begun:
            one.wrong("before_register", f"开始时间早于该户登记（{begun}）。应填：该日或以后。", "since")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_household(one: Plan, imported: Import, known: Known) -> None:
    number, head = one.staged.household_no, one.value("head_name") or ""
    if number:
        found = known.by_number.get(number)
        if found is None:
            one.wrong(
                "household_unknown",
                "没有这个户编号，或不是您安排结对的户。应填：在册户的户编号。",
                "household_no",
            )
            return
    else:
        if not (head and one.staged.area_code):
            one.wrong(
                "household_missing",
                "没有填户编号。应填：户编号；还没有编号的户填乡、村和户主姓名。",
                "household_no",
            )
            return
        same = known.by_head.get((one.staged.area_code, head), [])
        if len(same) != 1:
            told = f"该村有 {len(same)} 户户主叫{head}" if same else f"该村没有户主叫{head}的建档立卡户"
            one.wrong("head_unclear", f"{told}。应填：户编号。", "head_name")
            return
        found = same[0]
    if not found.area_id.startswith(imported.area_code):
        one.wrong("household_outside", "该户不在所选的地区。应填：所选地区内的户。", "household_no")
        return
    if found.state != Household.State.REGISTERED or found.kind == GENERAL_RURAL:
        one.wrong("household_not_poor", "该户不是在册的建档立卡户，不用结对。", "household_no")
        return
    if head and head != found.head_name:
        told = f"本系统该户户主是{found.head_name}，与表中不同；核对确是这一户，再选择导入。"
        one.wrong("head_differs", told, "head_name", Level.CELL)
    one.household = found


def _read_person(one: Plan, known: Known, actor) -> None:
    name = one.value("name") or ""
    digest = None if one.staged.identity_hash is None else bytes(one.staged.identity_hash)
    if one.unit is None:
        return
    person = known.by_hash.get(digest) if digest else None
    if person is not None and person.name != name:
        one.wrong(
            "name_differs", "该证件号码在人员名册里是另一个姓名。应填：对照证件改正姓名或号码。", "name"
        )
        return
    if person is None:
        same = known.by_name.get((name, one.unit.pk), [])
        if digest:
            same = [found for found in same if found.identity_hash is None]
        if len(same) > 1:
            one.wrong("name_unclear", f"该单位有 {len(same)} 名{name}。应填：证件号码。", "identity")
            return
        person = same[0] if same else None
    numbers = {
        digest,
        None if person is None or person.identity_hash is None else bytes(person.identity_hash),
    }
    if numbers & known.poor:
        one.wrong("helper_is_poor", f"{name}本人是建档立卡人口，不能当帮扶责任人。", "name")
    if person is None:
        one.who = ("new", digest or (name, one.unit.pk))
        if digest is None:
            told = "没有证件号码，不能核对本人是不是建档立卡人口；按新的人员登记。"
            one.wrong("identity_missing", told, "identity", Level.QUESTION)
        return
    one.person, one.who = person, person.pk
    if person.pk not in known.posted and person.has_account:
        one.wrong(
            "not_posted",
            f"{name}有账号，还没有“帮扶责任人”的任职。应先请系统管理员安排任职，再导入。",
            "name",
        )
    if person.pk == actor.pk and person.pk not in known.posted:
        one.wrong("oneself", "不能把自己登记为帮扶责任人，请由别人办理。", "name")
    if not person.has_account:
        one.fills = _fills(one, person)


def _fills(one: Plan, person: User) -> dict:
    """What the row tells of a person on record where nothing stands; numbers are named, not repeated."""
    found = {}
    for key in PROFILE:
        told = one.value(key)
        if told not in (None, "", []) and getattr(person, key) in (None, "", []):
            found[key] = told
    if one.staged.phone_hash is not None and person.phone_hash is None:
        found["phone"] = True
    if one.staged.identity_hash is not None and person.identity_hash is None:
        found["identity"] = True
    return found


def _weigh(one: Plan, book: list[Period], known: Known) -> None:
    """Hold a row against its household's book, and write it in where it applies."""
    mine = [period for period in book if period.who == one.who]
    one.order = _order(one, book, mine)
    known_one = next((period for period in mine if period.since == one.since), None)
    if known_one is None and one.until is None:
        known_one = next((period for period in mine if period.until is None), None)
    if known_one is not None:
        _weigh_known(one, known_one)
        return
    present = next((p for p in book if p.order == one.order and p.until is None), None)
    if one.order == SECOND and one.until is None:
        if not known.second_allowed:
            one.wrong("second", "该户已有帮扶责任人，本县没有开放第二帮扶责任人（地方参数）。", "order")
        elif not any(p.order == FIRST and p.holds_on(one.since) for p in book):
            one.wrong("second", "该户还没有第一帮扶责任人，请先安排第一帮扶责任人。", "order")
    if one.until is None and present is not None and one.level < Level.ROW:
        if one.since <= present.since:
            told = f"{present.name}自 {present.since} 起帮扶该户，接任的开始时间须更晚。"
            one.wrong("since_too_early", told, "since")
        else:
            told = (
                f"该户现由{present.name}帮扶；导入后他到 {one.since} 为止，由{one.value('name')}接任。"
                "核对无误再选择导入。"
            )
            one.wrong(TAKEOVER, told, "name", Level.CELL)
            one.differences = {"name": [present.name, one.value("name")], "since": [None, str(one.since)]}
            one.ends, one.ends_on = present.row, one.since
    if present is not None and not present.overlaps(one.since, one.until):
        present = None
    beside = [p for p in book if p is not present and (p.order == one.order or p.who == one.who)]
    if any(p.overlaps(one.since, one.until) for p in beside) or (present and one.until is not None):
        one.wrong(
            "overlaps", "与该户已有的结对时间重叠。应填：对照该户的历任帮扶责任人改正起止时间。", "since"
        )
    if one.level >= Level.ROW:
        return
    one.begins = True
    one.outcome = Outcome.CHANGED if present is not None else Outcome.NEW
    one.differences = one.differences or {"name": [None, one.value("name")], "since": [None, str(one.since)]}
    _note_fills(one)
    if one.applies:
        if present is not None:
            present.until = one.since
        book.append(Period(one.order, one.who, one.value("name"), one.since, one.until))


def _order(one: Plan, book: list[Period], mine: list[Period]) -> int:
    """Told; else that of the same helper; else second where this workbook has given the household a first one."""
    told = one.value("order")
    if told:
        return NUMBERS[told]
    if mine:
        return mine[-1].order
    made = any(p.row is None and p.order == FIRST and p.until is None for p in book)
    return SECOND if made and one.until is None else FIRST


def _weigh_known(one: Plan, period: Period) -> None:
    """The pairing stands already: nothing to do, or it ends."""
    one.order, one.outcome = period.order, Outcome.UNCHANGED
    if one.until is not None and period.until is None and period.row is not None:
        told = f"{period.name}与该户的结对将于 {one.until} 终止。核对无误再选择导入。"
        one.wrong(ENDING, told, "until", Level.CELL)
        one.outcome, one.differences = Outcome.CHANGED, {"until": [None, str(one.until)]}
        one.ends, one.ends_on = period.row, one.until
        if one.applies:
            period.until = one.until
    _note_fills(one)


def _note_fills(one: Plan) -> None:
    """What is filled in about the person is a change too."""
    if not one.fills:
        return
    if one.outcome == Outcome.UNCHANGED:
        one.outcome = Outcome.CHANGED
    for key, told in one.fills.items():
        one.differences[key] = [None, "补填" if told is True else told]
