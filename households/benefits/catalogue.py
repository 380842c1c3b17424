"""参考目录: policies that a county may take over as drafts, each with where it is known from (catalogue.json).

Nothing there holds by itself: a county takes rows as drafts with its own document, alters what differs there, and a
second person publishes them. Rows are marked 来自记忆 where no paper at hand says them; amounts that nobody at hand
confirms are left out (据实) rather than invented, except those commonly published for 2016-2018, which say so.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from households.benefits.fields import EMPTY, FIELDS

MEMORY = "来自记忆，尚未查到文件"


@dataclass(frozen=True)
class Entry:
    """One policy as the reference catalogue has it; `values`: fields of a draft of it."""

    code: str
    values: dict[str, Any]

    @property
    def name(self) -> str:
        return self.values["name"]

    @property
    def from_memory(self) -> bool:
        """Whether no paper at hand says it."""
        return self.values["source"] == MEMORY


def _entry(row: dict[str, Any]) -> Entry:
    values = {name: row.get(name, EMPTY.get(name, "")) for name in FIELDS}
    for name in ("amount", "share"):
        values[name] = Decimal(row[name]) if row.get(name) else None
    return Entry(row["code"], values)


CATALOGUE = tuple(
    _entry(row) for row in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
)
BY_CODE = {one.code: one for one in CATALOGUE}
