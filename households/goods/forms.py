"""What was ticked of a household, and what a county asks."""

from django import forms
from django.utils import timezone

from households.forms.of_county import OfCountyForm
from households.goods.items import Item, Items, reading, ticked
from households.options.goods import GOODS, READ
from poverty.web.controls import DayField, YesNoUnknown


class EntryForm(forms.Form):
    """One question per item that is ticked, prefilled with the year's entry; the day and a remark."""

    happened_on = DayField(label="日期")
    remark = forms.CharField(label="说明", max_length=200, required=False)
    late_reason = forms.CharField(
        label="补录原因",
        max_length=200,
        required=False,
        help_text="日期已过去较久时必填，例如：外出核实后集中录入。",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args, items: Items, year: int, before=None, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial.setdefault("happened_on", today if today.year == year else None)
        self.initial.setdefault("seen", before.pk if before else 0)
        self.items = items
        for one in items.to_tick():
            self.fields[one.key] = YesNoUnknown(
                label=one.label, required=False, initial=before.answers.get(one.key) if before else None
            )

    def goods(self) -> list[tuple[str, list]]:
        """(good, its fields) in order, for the page."""
        found = []
        for good in GOODS.keys:
            own = [self[one.key] for one in self.items.of(good) if not one.read]
            if own:
                found.append((GOODS.label(good), own))
        return found

    def entry(self) -> dict:
        """The keyword arguments of enter_goods."""
        given = self.cleaned_data
        answers = {one.key: given[one.key] for one in self.items.to_tick()}
        told = {key: given[key] for key in ("happened_on", "remark", "late_reason")}
        return {"answers": answers, "seen": given["seen"] or 0, **told}

    def show(self, entry) -> None:
        """Ask again over what stands now: what was typed stays, the next save is meant over this entry."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = entry.pk if entry else 0


class ItemsForm(OfCountyForm):
    """The items of each good: read ones to tick, own ones a line each."""

    year_from = forms.IntegerField(label="从哪个年度起", min_value=2014, max_value=2100)
    document = forms.CharField(label="文件", max_length=200)

    def __init__(self, *args, items: Items, **kwargs):
        super().__init__(*args, **kwargs)
        for good in GOODS.keys:
            own = items.of(good)
            self.fields[f"{good}_read"] = forms.MultipleChoiceField(
                label=f"{GOODS.label(good)}：从登记读取",
                choices=READ.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[one.read for one in own if one.read],
            )
            self.fields[good] = forms.CharField(
                label=f"{GOODS.label(good)}：逐户勾选（一行一项）",
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial="\n".join(one.label for one in own if not one.read),
            )

    def entry(self) -> dict:
        """The keyword arguments of set_items."""
        given, items = self.cleaned_data, []
        for good in GOODS.keys:
            items += [reading(good, read) for read in given[f"{good}_read"]]
            lines = [line.strip() for line in given[good].splitlines()]
            items += self._lines(good, lines)
        return {"items": items, "year_from": given["year_from"], "document": given["document"]}

    def _lines(self, good: str, lines: list[str]) -> list[Item]:
        return [ticked(good, line) for line in dict.fromkeys(lines) if line]
