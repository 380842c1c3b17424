"""What is asked of a ledger: the rows of an area and a year that fit the filters, and the same in words."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet

from poverty.areas.names import full_names
from poverty.ledgers import registry
from poverty.ledgers.columns import Column
from poverty.ledgers.ledger import Ledger
from poverty.web.chosen import FIRST_YEAR, LAST_YEAR

FULL_NUMBERS = "personal.reveal"
EVERYTHING = "全部"
_YES_NO = {True: "是", False: "否"}


@dataclass
class Question:
    """One ledger, asked by one person for one area and year, with filters and columns.

    PermissionDenied where the person does not hold the ledger's right, ValidationError for filters that cannot be
    read, for a year that is missing or was never one of the register, and for a code that is no area's.
    """

    ledger: Ledger
    user: Any
    area_code: str
    year: int | None
    filters: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()

    def __post_init__(self):
        if not self.user.has_right_at(self.ledger.right, self.area_code):
            raise PermissionDenied("没有导出这里的台账的权限。")
        if not self.ledger.year_needed:
            self.year = None
        elif self.year is None:
            raise ValidationError({"year": "请选择年度。"})
        elif not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValidationError({"year": f"年度须在 {FIRST_YEAR} 和 {LAST_YEAR} 之间。"})
        if self.area_code and not self._place:
            # A code cut short would still find rows below it, under a title that names no place.
            raise ValidationError({"area": f"没有区划代码是 {self.area_code} 的地方。"})
        self.columns = self.columns or self.ledger.columns
        known = self.ledger.filters.base_filters if self.ledger.filters else {}
        unknown = sorted(set(self.filters) - set(known))
        if unknown:
            raise ValidationError({"filters": f"{self.ledger.title}没有筛选项：{'、'.join(unknown)}。"})
        self.filters = {name: text for name, text in sorted(self.filters.items()) if text not in ("", None)}

    @cached_property
    def rows(self) -> QuerySet:
        """The rows, in the ledger's order."""
        values = {}
        if self.ledger.filters is not None:
            form = self.ledger.filters(self.filters, None).form
            if not form.is_valid():
                raise ValidationError(_messages(form))
            values = form.cleaned_data
        found = self.ledger.rows(self.user, self.area_code, self.year, values)
        if self.ledger.filters is not None:
            found = self.ledger.filters(self.filters, found).qs
        return found.order_by(*self.ledger.order)

    @cached_property
    def _place(self) -> str | None:
        return full_names([self.area_code]).get(self.area_code)

    @property
    def area_name(self) -> str:
        """The place in full, 全国 for ""."""
        return self._place or "全国"

    @cached_property
    def words(self) -> str:
        """The filter in words: "户类型：脱贫户；判定结论：未达标"; also what a filter leaves out when nothing is chosen."""
        if self.ledger.filters is None:
            return EVERYTHING
        form = self.ledger.filters(self.filters, None).form
        if not form.is_valid():
            raise ValidationError(_messages(form))
        words = [(bound.label, _word(bound, form.cleaned_data.get(bound.name))) for bound in form]
        return "；".join(f"{label}：{word}" for label, word in words if word)[:500] or EVERYTHING

    def key(self, **more: Any) -> str:
        """SHA-256 over everything that decides what the file says but for the data and the moment."""
        asked = {
            "ledger": self.ledger.name,
            "area": self.area_code,
            "year": self.year,
            "filters": dict(self.filters),
            "columns": [one.key for one in self.columns],
            **more,
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def ask(
    name: str,
    *,
    user,
    area_code: str,
    year: int | None = None,
    filters: Mapping[str, str] | None = None,
    columns: Iterable[str] = (),
) -> Question:
    """Ask a ledger by its name. ValidationError at "ledger" when there is none of that name."""
    ledger = registry.get(name)
    if ledger is None:
        known = "、".join(sorted(registry.names()))
        raise ValidationError({"ledger": f"没有“{name}”这个台账；现有：{known}。"})
    return Question(ledger, user, area_code, year, dict(filters or {}), ledger.chosen(columns))


def _word(bound, value) -> str:
    """What a filter lets through; "" for everything."""
    # Not `choices or ()`: choices that are worked out when asked for cannot be told to be there or not.
    choices = dict(list(getattr(bound.field, "choices", ())))
    if value in (None, "", []):
        unset = str(choices.get("", ""))
        return "" if unset == EVERYTHING else unset
    many = value if isinstance(value, list | tuple) else [value]
    return "、".join(
        _YES_NO[one] if isinstance(one, bool) else str(choices.get(str(one), one)) for one in many
    )


def _messages(form) -> dict[str, list[str]]:
    return {name: [str(one) for one in errors] for name, errors in form.errors.items()}
