"""The columns of a table from above: what is known, what is to be filled and how, what is left as it is."""

import re
from dataclasses import asdict, dataclass, field

from poverty.fields.options import Option, Options
from poverty.ledgers.columns import Column, Kind, plain_heading

KNOWN, FILL, LEFT = "known", "fill", "left"
ROLES = ((KNOWN, "已知（由登记带出）"), (FILL, "待填（由村填写）"), (LEFT, "原样"))
KINDS = (
    ("text", "文字"),
    ("number", "数字"),
    ("date", "日期"),
    ("yes_no", "是/否"),
    ("option", "选项"),
)
_KIND = {
    "text": Kind.TEXT,
    "number": Kind.NUMBER,
    "date": Kind.DATE,
    "yes_no": Kind.YES_NO,
    "option": Kind.OPTION,
}

# 疑点数据: what every row is answered with.
VERDICT, WHY = "verdict", "why"
CORRECTED, NOT_TRUE = "属实已改", "不属实"
_VERDICT_HEADINGS = ("核查结果", "核实结果", "核查情况", "核实情况", "是否属实")
_WHY_HEADINGS = ("情况说明", "核查说明", "原因说明", "说明", "原因", "备注")

_YES_NO = re.compile(r"^(是否|有无|能否)")
_DATE = re.compile(r"(日期|时间)$")
_NUMBER = re.compile(r"(金额|收入|支出|人数|户数|数量|月数|面积|天数|（元）|\(元\)|元）)")
_COUNTING = frozenset({"序号", "编号", "行号"})


@dataclass(frozen=True)
class AskedColumn:
    """One column. `position` from 0 in the sender's sheet, None: put at its right end. `source`: key of the column of
    the register it is prefilled from; of one to fill, where its answers go too (`updates`). `options`: labels, for
    kind "option".
    """

    name: str
    heading: str
    position: int | None
    role: str = LEFT
    source: str = ""
    kind: str = "text"
    options: tuple[str, ...] = field(default=())
    needed: bool = True
    updates: bool = False

    @classmethod
    def of(cls, data: dict) -> "AskedColumn":
        """From how it is stored."""
        return cls(**{**data, "options": tuple(data.get("options", ()))})

    def stored(self) -> dict:
        """As it is stored."""
        return {**asdict(self), "options": list(self.options)}

    @property
    def kind_label(self) -> str:
        return dict(KINDS).get(self.kind, self.kind)

    def ledger_column(self) -> Column:
        """As the reader of cells wants it."""
        kind = _KIND[self.kind]
        options = (
            Options(self.name, [Option(f"o{place}", label) for place, label in enumerate(self.options)])
            if kind is Kind.OPTION
            else None
        )
        return Column(self.name, self.heading, kind, options=options)


def is_complete(columns: list[AskedColumn], answers: dict) -> bool:
    """Whether a row is filled: every needed column is answered, and 不属实 says why."""
    return not lacking(columns, answers)


def lacking(columns: list[AskedColumn], answers: dict) -> list[str]:
    """Headings of what a row still has to be told, in the order of the sheet."""
    untold = answers.get(VERDICT) == NOT_TRUE
    return [
        one.heading
        for one in columns
        if not answers.get(one.name) and (one.needed or (untold and one.name == WHY))
    ]


def verdict_columns(headings: list[str]) -> list[AskedColumn]:
    """The two columns of 疑点数据, in the sender's own place where he left one, else at the right end."""
    found = {plain_heading(name): place for place, name in enumerate(headings) if name}

    def place_of(wordings) -> int | None:
        return next((found[plain_heading(one)] for one in wordings if plain_heading(one) in found), None)

    verdict, why = place_of(_VERDICT_HEADINGS), place_of(_WHY_HEADINGS)
    return [
        AskedColumn(
            VERDICT,
            headings[verdict] if verdict is not None else "核查结果",
            verdict,
            FILL,
            kind="option",
            options=(CORRECTED, NOT_TRUE),
        ),
        AskedColumn(WHY, headings[why] if why is not None else "情况说明", why, FILL, needed=False),
    ]


def guessed(position: int, heading: str, *, empty: bool, source: str, meaning: dict | None) -> AskedColumn:
    """What a column probably is: as the last time, else known where the register has it, else to be filled if empty."""
    column = AskedColumn(f"c{position}", heading, position)
    if meaning:
        return AskedColumn.of({**column.stored(), **meaning})
    if source:
        return AskedColumn.of({**column.stored(), "role": KNOWN, "source": source})
    if not empty or not heading or plain_heading(heading) in _COUNTING:
        return column
    kind = "text"
    for name, pattern in (("yes_no", _YES_NO), ("date", _DATE), ("number", _NUMBER)):
        if pattern.search(heading):
            kind = name
            break
    needed = plain_heading(heading) not in ("备注", "说明")
    return AskedColumn.of({**column.stored(), "role": FILL, "kind": kind, "needed": needed})


def meaning_of(column: AskedColumn) -> dict:
    """What is kept of a column for the next sheet with this heading; that it updates the register is said each time."""
    stored = column.stored()
    kept = {key: stored[key] for key in ("role", "source", "kind", "options", "needed")}
    return {**kept, "source": ""} if column.role == FILL else kept
