"""What changed between two visit templates, in words: for whoever publishes one, and for who wonders what is new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from households.visits.blocks import (
    AGES,
    CONDITIONS,
    HAS_PHONE,
    PENSION_AGE,
    SCHOOL_AGE,
    WHOLE_AWAY,
    WORKING_AGE,
    options_named,
)

NONE = "无"
WHEN_WORDS = {
    "": "不限",
    SCHOOL_AGE: f"上学年龄（{AGES[SCHOOL_AGE][0]}至{AGES[SCHOOL_AGE][1]}岁）",
    WORKING_AGE: f"{AGES[WORKING_AGE][0]}岁以上",
    PENSION_AGE: f"{AGES[PENSION_AGE][0]}岁以上",
    HAS_PHONE: "有联系电话的户",
    WHOLE_AWAY: "整户外出的户",
}
if missing := set(CONDITIONS) - WHEN_WORDS.keys():
    raise RuntimeError(f"Conditions of blocks without words: {missing}")
OF_WORDS = {"household": "户", "member": "成员", "visit": "本次走访"}
KIND_WORDS = {
    "yes_no": "是、否",
    "choice": "单选",
    "choices": "多选",
    "integer": "整数",
    "decimal": "数字",
    "money": "金额",
    "text": "文字",
    "date": "日期",
}


@dataclass(frozen=True)
class Difference:
    """One line: where, what it was, what it is."""

    label: str
    before: str
    after: str


def differences(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> list[Difference]:
    """What the blocks `after` ask that `before` did not, or otherwise; in the order of `after`, what is gone last."""
    old = {one["key"]: one for one in before}
    new = {one["key"]: one for one in after}
    found: list[Difference] = []
    for key, block in new.items():
        if key not in old:
            found.append(Difference(block["title"], NONE, _whole(block)))
        else:
            found += _of_block(old[key], block)
    found += [Difference(block["title"], _whole(block), NONE) for key, block in old.items() if key not in new]
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        titles = ["、".join(rows[key]["title"] for key in rows if key in kept) for rows in (old, new)]
        found.append(Difference("栏目顺序", *titles))
    return found


def months_words(block: Mapping[str, Any]) -> str:
    """每月, or 9月、10月."""
    months = block.get("months") or []
    return "、".join(f"{one}月" for one in months) if months else "每月"


def options_words(question: Mapping[str, Any]) -> str:
    """The choices of a question; "" for one without."""
    options = question.get("options") or ""
    if isinstance(options, str):
        known = options_named(options) if options else None
        return "、".join(label for _, label in known.choices) if known else ""
    return "、".join(str(label) for _, label in options)


def _of_block(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    title = after["title"]
    if before["title"] != title:
        yield Difference(title, before["title"], title)
    for label, words in (
        ("问谁", lambda block: OF_WORDS[block["of"]]),
        ("月份", months_words),
        ("适用", lambda block: WHEN_WORDS[block.get("when") or ""]),
    ):
        one, other = words(before), words(after)
        if one != other:
            yield Difference(f"{title}：{label}", one, other)
    old = {one["key"]: one for one in before.get("questions") or []}
    new = {one["key"]: one for one in after.get("questions") or []}
    for key, question in new.items():
        if key not in old:
            yield Difference(f"{title}：{question['label']}", NONE, _question(question))
        elif _question(old[key], named=True) != _question(question, named=True):
            yield Difference(
                f"{title}：{question['label']}",
                _question(old[key], named=True),
                _question(question, named=True),
            )
    for key, question in old.items():
        if key not in new:
            yield Difference(f"{title}：{question['label']}", _question(question), NONE)
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        rows = ["、".join(row[key]["label"] for key in row if key in kept) for row in (old, new)]
        yield Difference(f"{title}：顺序", *rows)


def _whole(block: Mapping[str, Any]) -> str:
    labels = "、".join(one["label"] for one in block.get("questions") or [])
    return f"{months_words(block)}：{labels}" if labels else months_words(block)


def _question(question: Mapping[str, Any], *, named: bool = False) -> str:
    words = [question["label"]] if named else []
    words.append(KIND_WORDS[question["kind"]])
    if (options := options_words(question)) and question["kind"] != "yes_no":
        words.append(options)
    if question.get("note"):
        words.append("可写说明")
    if question.get("help"):
        words.append(f"提示：{question['help']}")
    return "；".join(words)
