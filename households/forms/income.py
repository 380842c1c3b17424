"""The income sheet: an amount and a remark per item, "没有" per group, sums as the service will make them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django import forms

from households.forms.facts import FactsForm
from households.income_sheet import GROUP_FIELDS, group_totals, jump, jump_words, net_of, per_head
from households.models import IncomeItem, Survey
from households.options.income_items import BESIDE, INCOME_GROUPS, INCOME_ITEMS, items_for
from households.options.income_items import IncomeItem as SheetItem
from poverty.web import questions
from poverty.web.controls import MoneyField

PER_HEAD = "per_head"
# Where a refusal of the service at a total stands on the sheet.
GROUP_ERRORS = {group_field: f"none_{group}" for group, group_field in GROUP_FIELDS.items()}
_NOT_FOLDED = ""


@dataclass
class Row:
    """One item of the sheet. `last`: last year's amount, None without one."""

    item: SheetItem
    amount: forms.BoundField
    note: forms.BoundField
    last: Decimal | None = None


@dataclass
class Block:
    """Items under one sub-heading; folded when nothing in it is filled in or wrong."""

    heading: str
    rows: list[Row]
    is_open: bool = True

    @property
    def is_filled(self) -> bool:
        """Whether anything in it was typed or is wrong."""
        return any(row.amount.value() not in (None, "") or row.amount.errors for row in self.rows)


@dataclass
class Group:
    """A group of the sheet with its total as typed; `none`: the box that says there is none."""

    key: str
    label: str
    sign: int
    blocks: list[Block]
    none: forms.BoundField | None = None
    total: Decimal | None = None
    last: Decimal | None = None
    question: str = ""
    imported: Decimal | None = None  # a total that came without items
    errors: list[str] = field(default_factory=list)


def _amount(item: SheetItem) -> MoneyField:
    made = MoneyField(
        label=item.label, required=False, help_text=item.explanation or item.hint, max_digits=12
    )
    for code in ("max_digits", "max_whole_digits"):
        made.error_messages[code] = "金额太大，请核对。"
    return made


class IncomeForm(FactsForm):
    """The sheet of a survey's year. `stored`: the survey's items; `last_items`: last year's; `members`: the divisor;
    `ratio`: how much change is asked about (income.jump_ratio); `last_per_head`: last year's 人均纯收入; `paid`: what
    of an item was paid under policies, in words.
    """

    class Meta:
        model = Survey
        fields = ()

    per_head = forms.CharField(label="人均纯收入", required=False, disabled=True, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        stored: Mapping[str, IncomeItem],
        last_items: Mapping[str, IncomeItem],
        members: int,
        ratio: Decimal,
        last_per_head: Decimal | None = None,
        paid: Mapping[str, str] | None = None,
        instance: Survey,
        **kwargs,
    ):
        self.stored, self.last_items, self.members, self.ratio = stored, last_items, members, ratio
        self.last_per_head = last_per_head
        form_items = {item.key for item in items_for(instance.year)}
        self.items = [item for item in INCOME_ITEMS if item.key in form_items or item.key in stored]
        initial = {}
        for key, one in stored.items():
            initial[f"amount_{key}"], initial[f"note_{key}"] = one.amount, one.note
        with_items = {GROUP_FIELDS.get(INCOME_ITEMS[key].group) for key in stored}
        for group, name in GROUP_FIELDS.items():
            initial[f"none_{group}"] = getattr(instance, name) == 0 and name not in with_items
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        for item in self.items:
            self.fields[f"amount_{item.key}"] = _amount(item)
            if paid and item.key in paid:
                self.fields[f"amount_{item.key}"].help_text = paid[item.key]
            self.fields[f"note_{item.key}"] = forms.CharField(
                label=f"{item.label}备注",
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"class": "form-control", "aria-label": f"{item.label}备注"}),
                error_messages={"max_length": "备注最多200字。"},
            )
        for group in GROUP_FIELDS:
            self.fields[f"none_{group}"] = forms.BooleanField(
                label=INCOME_GROUPS.label(group),
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input", "data-none": ""}),
            )

    def clean(self):
        """What the sums say: "none" beside amounts is refused, a jump against last year is asked about."""
        cleaned = super().clean()
        for item in self.items:
            name = f"amount_{item.key}"
            if cleaned.get(f"note_{item.key}") and cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "填了备注，请把金额也填上（没有的填 0）。")
        totals = self.totals()
        for group, name in GROUP_FIELDS.items():
            if cleaned.get(f"none_{group}") and totals[name]:
                self.add_error(f"none_{group}", "已填了项目金额，不能同时选“没有”。")
        if (totals["production_expense"] or 0) < 0:
            self.add_error("amount_expense_subsidy", "补贴不能大于支出合计，请核对。")
        if not self.errors:
            self._ask_about_jumps(totals)
        return cleaned

    def _ask_about_jumps(self, totals: Mapping[str, Decimal | None]) -> None:
        for group, name in GROUP_FIELDS.items():
            before = self.last_totals().get(name)
            if share := jump(totals[name], before, self.ratio):
                questions.ask(self, f"none_{group}", jump_words(share, totals[name], before))
        now, before = per_head(net_of(totals), self.members), self.last_per_head
        if share := jump(now, before, self.ratio):
            questions.ask(self, PER_HEAD, jump_words(share, now, before))

    # --- figures ----------------------------------------------------------------------------------------

    def amounts(self) -> dict[str, Decimal]:
        """The amounts as they stand on the sheet: as typed where that can be read, else as stored."""
        if self.is_bound:
            values = {one.key: self.cleaned_data.get(f"amount_{one.key}") for one in self.items}
        else:
            values = {key: one.amount for key, one in self.stored.items()}
        return {key: value for key, value in values.items() if value is not None}

    def totals(self) -> dict[str, Decimal | None]:
        """Totals by group field of what stands on the sheet; None: not answered."""
        sums = group_totals(self.amounts())
        had = group_totals({key: one.amount for key, one in self.stored.items()})
        found = {}
        for group, name in GROUP_FIELDS.items():
            none = self.cleaned_data.get(f"none_{group}") if self.is_bound else self.initial[f"none_{group}"]
            kept = getattr(self.instance, name)
            if name in had or kept == 0:
                kept = None
            found[name] = sums.get(name, Decimal(0) if none else kept)
        return found

    def last_totals(self) -> dict[str, Decimal | None]:
        """Last year's totals by group field."""
        return {name: getattr(self.last, name, None) for name in GROUP_FIELDS.values()}

    @property
    def net(self) -> Decimal | None:
        """纯收入 of what stands on the sheet."""
        return net_of(self.totals())

    @property
    def net_per_head(self) -> Decimal | None:
        """人均纯收入 of what stands on the sheet."""
        return per_head(self.net, self.members)

    @property
    def last_net(self) -> Decimal | None:
        """Last year's 纯收入."""
        return net_of(self.last_totals())

    # --- what the page draws and the service takes -------------------------------------------------------

    def groups(self) -> list[Group]:
        """The groups that count, in the sheet's order."""
        return [self._group(group) for group in GROUP_FIELDS]

    def beside(self) -> Group:
        """What is written down and does not count."""
        return self._group(BESIDE)

    def _group(self, key: str) -> Group:
        rows = [self._row_of(item) for item in self.items if item.group == key]
        name = GROUP_FIELDS.get(key)
        total = self.totals().get(name) if name else None
        none = self[f"none_{key}"] if name else None
        had = group_totals({one: row.amount for one, row in self.stored.items()})
        stored_total = getattr(self.instance, name) if name else None
        return Group(
            key=key,
            label=INCOME_GROUPS.label(key),
            sign=INCOME_GROUPS[key].sign,
            blocks=[
                Block(heading, block := list(found), self._opens(heading, block))
                for heading, found in groupby(rows, key=lambda row: row.item.heading)
            ],
            none=none,
            total=total,
            last=self.last_totals().get(name) if name else None,
            question=getattr(self, "questions", {}).get(f"none_{key}", ""),
            imported=stored_total if stored_total and name not in had else None,
            errors=list(none.errors) if none is not None else [],
        )

    def _row_of(self, item: SheetItem) -> Row:
        last = self.last_items.get(item.key)
        return Row(item, self[f"amount_{item.key}"], self[f"note_{item.key}"], last.amount if last else None)

    @staticmethod
    def _opens(heading: str, rows: list[Row]) -> bool:
        if heading == _NOT_FOLDED:
            return True
        return any(
            row.amount.value() not in (None, "")
            or row.amount.errors
            or row.note.errors
            or row.last is not None
            for row in rows
        )

    def sheet(self) -> dict[str, tuple[Decimal | None, str]]:
        """Every item of the form with amount and remark, for save_income."""
        return {
            item.key: (self.cleaned_data[f"amount_{item.key}"], self.cleaned_data[f"note_{item.key}"])
            for item in self.items
        }

    def none_groups(self) -> list[str]:
        """Groups of which was said that there is none."""
        return [group for group in GROUP_FIELDS if self.cleaned_data[f"none_{group}"]]

    def changed_by(self, name: str) -> str:
        """Who changed the item or group last, from the log of the household."""
        kind, _, key = name.partition("_")
        logged = GROUP_FIELDS[key] if kind == "none" else INCOME_ITEMS.label(key)
        return self.who_changed(
            self.instance.household_id, "households.income.save", logged, f"{self.instance.year}年度收入"
        )
