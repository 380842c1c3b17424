"""Choices go by their words: codes differ between systems and years."""

import re
import unicodedata

from poverty.fields.normalise import compact
from poverty.ledgers.cell_faults import (
    DASHES,
    STATES,
    Parsed,
    digits,
    empty,
    fault,
    not_text,
    plain_text,
    quoted,
)

_SEVERAL = re.compile(r"[、,，;；\n]+")
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑"})
_NO = frozenset({"否", "无", "×", "✗", "✘"})


def read_option(column, raw, today) -> Parsed:
    """The key of one option by its label or alias, never by its code; None from an empty cell or a dash."""
    if empty(raw):
        return None, None
    if isinstance(raw, str):
        text = plain_text(raw)
        found = column.options.by_label(text)
        if found is not None:
            return found.key, None
        if text in DASHES:
            return None, None
    return _no_choice(column, raw)


def read_options(column, raw, today) -> Parsed:
    """The keys of several options, each once, in the order in which they stand; None from an empty cell or a dash."""
    if empty(raw):
        return None, None
    if not isinstance(raw, str):
        return _no_choice(column, raw)
    text = plain_text(raw)
    whole = column.options.by_label(text)  # a label may itself hold a comma
    if whole is not None:
        return [whole.key], None
    if text in DASHES:
        return None, None
    keys = []
    for part in filter(None, (piece.strip() for piece in _SEVERAL.split(text))):
        found = column.options.by_label(part)
        if found is None:
            return _no_choice(column, part)
        if found.key not in keys:
            keys.append(found.key)
    return (keys, None) if keys else _no_choice(column, text)


def _no_choice(column, raw) -> Parsed:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return not_text(column, raw) or fault(column, "wrong_kind", "这里不是文字。")
    text = plain_text(raw) if isinstance(raw, str) else digits(raw)
    if unicodedata.normalize("NFKC", text).isdigit():
        return fault(column, "code_for_label", "这里填的是代码。各系统、各年度的代码不同，只认文字。")
    return not_text(column, text) or fault(column, "unknown_option", f"没有{quoted(text)}这个选项。")


def read_yes_no(column, raw, today) -> Parsed:
    """True or False; None (not known) from an empty cell. A dash is a fault: it may mean 否 or that nobody asked."""
    if empty(raw):
        return None, None
    if isinstance(raw, bool):
        return raw, None
    if isinstance(raw, str):
        text = compact(raw)
        if text in _YES:
            return True, None
        if text in _NO:
            return False, None
        if text in DASHES:
            return fault(
                column, "dash", "只画了一道线，分不清是“否”还是没有核实。", "“是”或“否”，没有核实的留空"
            )
        if not text.isdigit():
            return not_text(column, text) or fault(
                column, "not_yes_no", f"{quoted(text)}既不是“是”也不是“否”。"
            )
    elif not isinstance(raw, (int, float)):
        return not_text(column, raw) or fault(column, "not_yes_no", "这里既不是“是”也不是“否”。")
    return fault(column, "code_for_label", "这里填的是代码，只认文字“是”“否”。")


def read_state(column, raw, today) -> Parsed:
    """The code of a state (poverty.fields.states) by its word; None from an empty cell."""
    if empty(raw):
        return None, None
    if isinstance(raw, str):
        text = compact(raw)
        if text in STATES:
            return STATES[text], None
        if not text.isdigit():
            return not_text(column, text) or fault(column, "unknown_option", f"没有{quoted(text)}这种情况。")
    return fault(column, "code_for_label", "这里填的不是达标情况的文字。")
