"""Reading a file of division codes: the columns code, name, level, parent_code, one place per line.

Codes are the statistical ones of 国家统计局 without padding: 2 digits province, 4 city, 6 county, 9 township,
12 village. `parent_code` is empty for a place whose parent the file leaves out.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from poverty.areas.models import Level

COLUMNS = ("code", "name", "level", "parent_code")
LEVELS = {word: level for level in Level for word in (level.name.lower(), level.label)}
NAME_LENGTH = 60


class Unreadable(ValueError):
    """The file cannot be read any further: wrong encoding, no heading, broken quoting; says where."""


@dataclass(frozen=True, slots=True)
class Division:
    """One line of the file; `fault` is "" or says what is wrong with it."""

    line: int
    code: str
    name: str
    level: int
    parent: str
    fault: str = ""


def read_divisions(file: BinaryIO, encoding: str = "utf-8") -> Iterator[Division]:
    """Yield the places of a file opened in binary mode, one by one; a byte order mark is skipped.

    A line that is wrong in itself is yielded with its fault. Raises Unreadable when the file cannot be read.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")
    rows = csv.reader(text, strict=True)
    try:
        heading = [title.strip() for title in next(rows, [])]
        missing = [column for column in COLUMNS if column not in heading]
        if missing:
            raise Unreadable(
                f"第 1 行：缺少列 {'、'.join(missing)}。"
                f"第一行应为列名 {','.join(COLUMNS)}，实际为“{','.join(heading)[:80]}”。"
            )
        places = [heading.index(column) for column in COLUMNS]
        for row in rows:
            if any(row):
                yield _division(rows.line_num, row, places)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"第 {rows.line_num + 1} 行之后不是 {encoding.upper()} 编码。如果文件由 Excel 保存，"
            "请另存为“CSV UTF-8”，或用 --encoding gb18030 导入。"
        ) from error
    except csv.Error as error:
        raise Unreadable(f"第 {rows.line_num} 行：CSV 格式有误（{error}）。") from error
    finally:
        text.detach()


def _division(line: int, row: list[str], places: list[int]) -> Division:
    if len(row) <= max(places):
        return Division(line, "", "", 0, "", f"只有 {len(row)} 列，应有 {max(places) + 1} 列。")
    code, name, level, parent = (row[place].strip() for place in places)
    known = LEVELS.get(level, 0)
    return Division(line, code, name, int(known), parent, _fault(code, name, level, known, parent))


def _fault(code: str, name: str, level: str, known: int, parent: str) -> str:
    if not (code.isascii() and code.isdigit()):
        return f"代码“{code}”应全为数字。"
    if not known:
        return f"级别“{level}”无法识别，应为 {'、'.join(item.name.lower() for item in Level)} 之一。"
    if len(code) != known:
        return f"代码 {code} 为 {len(code)} 位，{Level(known).label}级代码应为 {int(known)} 位。"
    if code.startswith("0"):
        return f"代码 {code} 不应以 0 开头。"
    if not name:
        return f"代码 {code} 的名称为空。"
    if len(name) > NAME_LENGTH:
        return f"代码 {code} 的名称有 {len(name)} 字，最多 {NAME_LENGTH} 字。"
    if not name.isprintable():
        return f"代码 {code} 的名称含有不可见字符。"
    if parent and not (code.startswith(parent) and len(parent) < len(code)):
        return f"代码 {code}（{name}）不以上级代码 {parent} 开头。"
    return ""
