"""Answers of a table from above: how a column's cells are read, shown, and kept by the register."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from households.requests.columns import AskedColumn
from households.requests.known import column_of, yearly_facts
from poverty.ledgers.cells import Fault, parse
from poverty.ledgers.columns import Column, Kind
from poverty.ledgers.outgoing.values import plain

_AS_FILLED = {
    Kind.YES_NO: "yes_no",
    Kind.OPTION: "option",
    Kind.DATE: "date",
    Kind.INTEGER: "number",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
}


def cell_kind(column: AskedColumn) -> Kind:
    """What stands in a column's cells: the register's kind where it has one, else how it is filled."""
    own = column_of(column.source)
    return own.kind if own else column.ledger_column().kind


def updating(column: AskedColumn) -> AskedColumn:
    """A column whose answers go into the register is filled in the words of that fact."""
    own = column_of(column.source)
    if not column.updates or own is None:
        return column
    options = tuple(one.label for one in own.options) if own.kind is Kind.OPTION else ()
    return replace(column, kind=_AS_FILLED.get(own.kind, "text"), options=options)


def _read_as(column: AskedColumn) -> Column:
    own = column_of(column.source) if column.updates else None
    return replace(own, key=column.name, heading=column.heading) if own else column.ledger_column()


def read_answer(column: AskedColumn, raw, *, today: date) -> tuple[str, Fault | None]:
    """An answer as it is kept ("" for none): 是, 不属实, 12.5, 2018-05-01, or text; or what is wrong with it."""
    asked = _read_as(column)
    value, fault = parse(asked, raw, today=today)
    if fault is not None or value is None:
        return "", fault
    if isinstance(value, bool):
        return ("是" if value else "否"), None
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text), None
    if isinstance(value, date):
        return value.isoformat(), None
    if asked.kind is Kind.OPTION:
        return asked.options.label(value), None
    if asked.kind is Kind.OPTIONS:
        return asked.options.labels(value, ","), None
    return str(value).strip()[:500], None


def stated(column: AskedColumn, text: str, *, today: date) -> Any:
    """An answer as the register keeps it: True, "primary", Decimal("12.50"), "cold,chronic"; None for none."""
    value, fault = parse(_read_as(column), text or None, today=today)
    if fault is not None:
        raise ValueError(str(fault))
    return ",".join(value) if isinstance(value, list) else value


def shown_fact(column: AskedColumn, value: Any) -> str:
    """A fact of the register in the words of its column: 是, 小学, 12.50; "" where it is not answered."""
    own = yearly_facts()[column.source].column
    if value is None or value == "":
        return ""
    if own.kind is Kind.YES_NO:
        return "是" if value else "否"
    if own.kind is Kind.OPTION:
        return own.options.label(value) if value in own.options else value
    if own.kind is Kind.OPTIONS:
        return own.options.labels(value.split(","), ",")
    return plain(value)
