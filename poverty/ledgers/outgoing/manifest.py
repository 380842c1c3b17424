"""The sheet 清单: what a file says of itself, and how it is found again in a file that somebody brings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SHEET = "清单"
TITLE = "导出清单"
ROWS_OF = "行数："
CHECKSUM = "校验值"
LEDGER, AREA, YEAR, FILTER, AS_OF = "台账", "区划", "年度", "筛选条件", "截至"
COLUMNS, NUMBERS, ROWS, METHOD, WATERMARK = "列", "号码", "总行数", "校验方法", "水印"
METHOD_WORDS = (
    "SHA-256，按行按列逐格计算全部数据单元格的值（UTF-8；格间U+001F，行末U+001E；"
    "金额和数量两位小数，日期2018-05-01，时间2018-05-01 09:30:00，空格为空）。在“台账—核验”页放入本文件即可核对。"
)


def lines(
    *,
    title: str,
    area: str,
    year: int | None,
    filter_words: str,
    as_of: str,
    columns: Iterable[str],
    full: bool,
    rows: int,
    checksum: str,
    watermark: str,
) -> list[tuple[str, str]]:
    """What the manifest says, but for the rows of each sheet."""
    said = [
        (LEDGER, title),
        (AREA, area),
        (YEAR, str(year) if year else "不分年度"),
        (FILTER, filter_words),
        (AS_OF, as_of),
        (COLUMNS, "、".join(columns)),
        (NUMBERS, numbers_words(full)),
        (ROWS, str(rows)),
        (CHECKSUM, checksum),
        (METHOD, METHOD_WORDS),
    ]
    return [*said, (WATERMARK, watermark)] if watermark else said


def numbers_words(full: bool) -> str:
    """How personal numbers stand in the file."""
    return "完整" if full else "打码"


def read(rows: Iterable[Sequence[Any]]) -> Mapping[str, str]:
    """The lines of a manifest sheet by name; {} when these rows are not one."""
    found: dict[str, str] = {}
    titled = False
    for number, row in enumerate(rows):
        if number > 500:
            break
        cells = [str(cell).strip() for cell in row[:2] if cell is not None]
        titled = titled or (number == 0 and cells[:1] == [TITLE])
        if len(cells) == 2 and cells[0]:
            found.setdefault(cells[0], cells[1])
    return found if titled else {}
