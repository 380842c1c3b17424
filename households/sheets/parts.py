"""What stands on a sheet, part by part: the print and the typing page read the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from households.income_sheet import GROUP_FIELDS
from households.options.income_items import INCOME_GROUPS, INCOME_ITEMS, items_for
from households.visits.blocks import (
    HOUSEHOLD,
    INCOME,
    MEMBER,
    PHOTOS,
    POSITION,
    SIGNATURE,
    SPECIAL,
    WHOLE_AWAY,
    meant_for,
    options_named,
)
from poverty.web.numbers import money_text, number_text

FACTS, OWN = "facts", "own"
YES_NO = (("true", "是"), ("false", "否"))
# Not of paper: the scan is attached when the sheet is typed.
_NOT_ON_PAPER = {PHOTOS, POSITION}
# More choices than this are written in words: a row of boxes nobody reads.
_MOST_BOXES = 3
_LONGEST_BOXES = 6


@dataclass(frozen=True)
class Line:
    """One question. `name`: how a form names it; `member`: whose fact, None of the household or an own question;
    `base`: the register's value when printed; `value`: the value printed, `last` in words, `year` when of an earlier one.
    """

    name: str
    key: str
    label: str
    kind: str
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    member: int | None = None
    field: str = ""
    base: Any = None
    value: Any = None
    last: str = ""
    year: int | None = None
    help: str = ""
    note: bool = False
    least: int | None = None
    most: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether a value was printed that can be unchanged."""
        return self.value not in (None, "", [])

    @property
    def short(self) -> str:
        """The label on paper, where boxes for yes and no ask the question by themselves."""
        return self.label.removeprefix("是否") if self.kind == "yes_no" else self.label

    @property
    def boxes(self) -> tuple[str, ...]:
        """The choices to tick on paper; () where it is written in words."""
        if self.kind not in ("yes_no", "choice", "choices"):
            return ()
        labels = tuple(label for _, label in self.options)
        fits = len(labels) <= _MOST_BOXES and sum(map(len, labels)) <= _LONGEST_BOXES
        return labels if fits else ()


@dataclass(frozen=True)
class Part:
    """A part of a sheet: facts of the household or of one person, the template's own questions, or a special block."""

    kind: str
    title: str
    lines: tuple[Line, ...] = ()
    note: str = ""
    member: int | None = None
    ask: str = ""  # of income: what is to be written though it is as it was

    @property
    def groups(self) -> list[str]:
        """The groups of income that a household may have none of."""
        return [INCOME_GROUPS.label(key) for key in GROUP_FIELDS]

    @property
    def pairs(self) -> list[tuple[Line, Line | None]]:
        """The lines two by two, as they stand side by side on paper."""
        rows = list(self.lines)
        return [
            (one, rows[at + 1] if at + 1 < len(rows) else None) for at, one in enumerate(rows) if at % 2 == 0
        ]


@dataclass(frozen=True)
class Person:
    """A member as a sheet names him."""

    pk: int
    name: str
    relation: str
    age: int | None

    @property
    def title(self) -> str:
        """王建国，户主，52岁"""
        return "，".join(
            filter(None, [self.name, self.relation, "" if self.age is None else f"{self.age}岁"])
        )


@dataclass
class _Read:
    blocks: list[Mapping[str, Any]]
    shown: Mapping[str, Any]
    people: Mapping[int, Person]
    month: int
    year: int
    found: list[Part] = field(default_factory=list)


def parts_of(
    blocks, shown: Mapping[str, Any], people: Iterable[Person], *, year: int, month: int
) -> list[Part]:
    """The parts of a sheet in the template's order; what is asked of members stands together, person by person, where
    the template asks the first of it.
    """
    asked = [one for one in blocks if meant_for(one, month=month) and one["key"] not in _NOT_ON_PAPER]
    read = _Read(asked, shown, {one.pk: one for one in people}, month, year)
    of_members_done = False
    for block in asked:
        if block["of"] == MEMBER:
            if not of_members_done:
                read.found += _of_members(read)
                of_members_done = True
        elif block["key"] == INCOME:
            read.found.append(_income(read, block))
        elif block["key"] in SPECIAL:
            note = _confirmed(read) if block["key"] == SIGNATURE else _only(block)
            read.found.append(Part(block["key"], block["title"], note=note))
        else:
            read.found += _asked(read, block)
    return [one for one in read.found if one.kind not in (FACTS, OWN) or one.lines]


def _confirmed(read: _Read) -> str:
    """What the signature confirms; never income of an earlier year."""
    income = any(one["key"] == INCOME for one in read.blocks)
    return f"左边没有改动的各项{'（收入除外）' if income else ''}，确认没有变化"


def _asked(read: _Read, block) -> Iterator[Part]:
    facts, own = [], []
    stood = read.shown.get("household", {})
    for one in block.get("questions", ()):
        if one.get("field"):
            if block["of"] == HOUSEHOLD and one["field"] in stood:
                facts.append(_line(one, f"h-{one['field']}", stood[one["field"]]))
        else:
            own.append(_own(one))
    yield Part(FACTS, block["title"], tuple(facts), note=_only(block))
    # What is the same to say of every question is said once.
    helps = {one.help for one in own}
    said = "；".join(filter(None, [_only(block), helps.pop() if len(helps) == 1 else ""]))
    yield Part(OWN, block["title"], tuple(own), note=said)


def _of_members(read: _Read) -> Iterator[Part]:
    # In the template's order: JSONB keeps none.
    questions = {
        one["field"]: one
        for block in read.blocks
        if block["of"] == MEMBER
        for one in block.get("questions", ())
    }
    for pk, stood in read.shown.get("members", ()):
        person = read.people.get(pk) or Person(pk, "已不在本户的成员", "", None)
        lines = tuple(
            _line(question, f"m{pk}-{name}", stood[name], member=pk)
            for name, question in questions.items()
            if name in stood
        )
        yield Part(FACTS, person.title, lines, member=pk)


def _income(read: _Read, block) -> Part:
    sheet = read.shown.get("income") or {"base": {}, "shown": {}, "year": None, "open": list(GROUP_FIELDS)}
    base, stood = sheet["base"].get("items", {}), sheet["shown"].get("items", {})
    keys = [one.key for one in items_for(read.year)] + list(stood)
    lines = tuple(
        Line(
            name=f"i-{key}",
            key=key,
            label=INCOME_ITEMS[key].label,
            kind="money",
            unit="元",
            base=base.get(key),
            value=stood.get(key),
            last=money_text(stood[key][0]) if key in stood else "",
            year=sheet["year"] if key in stood and key not in base else None,
            help=INCOME_ITEMS[key].explanation or INCOME_ITEMS[key].hint,
        )
        for key in dict.fromkeys(keys)
    )
    none = "、".join(INCOME_GROUPS.label(key) for key in sheet["shown"].get("none_groups", ()))
    note = f"上次没有的类别：{none}" if none else ""
    return Part(INCOME, block["title"], lines, note=note, ask=_asked_anew(sheet, read.year))


def _asked_anew(sheet: Mapping[str, Any], year: int) -> str:
    """What is said of groups that the year has not answered: what is as it was is written all the same."""
    # A sheet printed before this was kept: all or nothing of the year stood on it.
    left = sheet.get("open", list(GROUP_FIELDS) if sheet["year"] else ())
    if not left:
        return ""
    which = "收入" if len(left) == len(GROUP_FIELDS) else "、".join(INCOME_GROUPS.label(key) for key in left)
    return f"{which}按{year}年的写：与上年一样的也要写，没有的在下面打勾"


def _line(question: Mapping[str, Any], name: str, values, *, member: int | None = None) -> Line:
    base, value, year = values
    options = choices_of(question)
    return Line(
        name=name,
        key=question["key"],
        label=question["label"],
        kind=question["kind"],
        unit=question.get("unit") or "",
        options=options,
        member=member,
        field=question["field"],
        base=base,
        value=value,
        last=in_words(value, question["kind"], options),
        year=year,
        help=question.get("help") or "",
        least=question.get("min"),
        most=question.get("max"),
    )


def _own(question: Mapping[str, Any]) -> Line:
    return Line(
        name=f"a-{question['key']}",
        key=question["key"],
        label=question["label"],
        kind=question["kind"],
        unit=question.get("unit") or "",
        options=choices_of(question),
        help=question.get("help") or "",
        note=bool(question.get("note")),
        least=question.get("min"),
        most=question.get("max"),
    )


def choices_of(question: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a question is answered from; () for numbers, texts and days."""
    if question["kind"] == "yes_no":
        return YES_NO
    options = question.get("options") or ()
    if isinstance(options, str):
        known = options_named(options)
        return tuple(known.choices) if known is not None else ()
    return tuple((str(key), str(label)) for key, label in options)


def in_words(value: Any, kind: str, options: Iterable[tuple[str, str]] = ()) -> str:
    """A value of a visit as people read it; "" for one that is not known."""
    if value in (None, "", []):
        return ""
    labels = dict(options)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(labels.get(one, one) for one in value)
    if kind == "choice":
        return labels.get(value, str(value))
    if kind == "money":
        return money_text(value)
    if kind == "decimal":
        try:
            return number_text(Decimal(str(value)))
        except InvalidOperation:
            return str(value)
    return str(value)


def _only(block: Mapping[str, Any]) -> str:
    return "整户外出时填写" if block.get("when") == WHOLE_AWAY else ""
