"""The income of a sheet as it is typed: amounts by item, and the groups of which the paper says that there is none."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from households.income_sheet import GROUP_FIELDS
from households.options.income_items import INCOME_GROUPS, INCOME_ITEMS
from households.sheets.parts import INCOME, Line, Part
from poverty.web.questions import ask

# Of an item that an earlier year had, in a group of which the paper fills in another.
_LEFT_OUT = "{year}年有 {last} 元，这次没有填。与上年一样的也要填；确实没有了，再保存。"
BOTH = "已填了金额，不能同时选“没有”。"


class IncomeOfSheet:
    """For a form with `parts`, and `typed(line)` that says what the paper changed of a line."""

    parts: Sequence[Part]

    def none_fields(self) -> dict[str, forms.Field]:
        """A tick for each group of income that there may be none of, where income is asked."""
        groups = GROUP_FIELDS if self._income_lines() else ()
        return {
            f"none-{group}": forms.BooleanField(label=f"没有{INCOME_GROUPS.label(group)}", required=False)
            for group in groups
        }

    def check_income(self) -> None:
        """A group is not both filled in and ticked as none; what an earlier year had of a group that is filled in, and
        the paper leaves empty, is asked about: income is of its year, and blank is not zero.
        """
        ticked = self._none_ticked()
        amounts = self._typed_amounts()
        for group in sorted({INCOME_ITEMS[key].group for key, amount in amounts.items() if Decimal(amount)}):
            if group in ticked:
                self.add_error(f"none-{group}", BOTH)
        filled = {INCOME_ITEMS[key].group for key in amounts} - ticked
        for line in self._income_lines():
            if line.year and line.key not in amounts and INCOME_ITEMS[line.key].group in filled:
                ask(self, line.name, _LEFT_OUT.format(year=line.year, last=line.last))

    def income(self, base: Mapping[str, Any]) -> dict[str, Any] | None:
        """The sheet of the year after what was typed; None when nothing of it was. `base`: as when it was printed.

        Of a group that is ticked as none, nothing is left.
        """
        stood = base.get("items", {})
        none, ticked = set(base.get("none_groups", ())), self._none_ticked()
        items = {key: value for key, value in stood.items() if INCOME_ITEMS[key].group not in ticked}
        for key, amount in self._typed_amounts().items():
            if INCOME_ITEMS[key].group not in ticked:
                items[key] = [amount, items.get(key, ["", ""])[1]]
        if items == stood and ticked <= none:
            return None
        filled = {INCOME_ITEMS[key].group for key in items}
        return {"items": items, "none_groups": sorted((none | ticked) - filled), "base": dict(base)}

    def _income_lines(self) -> list[Line]:
        return [line for part in self.parts if part.kind == INCOME for line in part.lines]

    def _none_ticked(self) -> set[str]:
        return {group for group in GROUP_FIELDS if self.cleaned_data.get(f"none-{group}")}

    def _typed_amounts(self) -> dict[str, str]:
        said = {line.key: self.typed(line) for line in self._income_lines()}
        return {key: amount for key, (typed, amount) in said.items() if typed}
