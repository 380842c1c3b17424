"""Forms for natural villages and groups and for what reaches them. Rules stand in the services."""

from django import forms

from poverty.areas.models import Settlement, SettlementFact
from poverty.web.controls import DayField, YesNoUnknown


class SettlementForm(forms.Form):
    """A natural village or group: name, kind, and for a new one since when."""

    name = forms.CharField(label="名称", max_length=60)
    kind = forms.ChoiceField(label="类型", choices=Settlement.Kind.choices, widget=forms.RadioSelect)
    valid_from = DayField(label="设立日期", required=False, help_text="早已有的不填。")

    def __init__(self, *args, settlement: Settlement | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if settlement:
            self.initial = {"name": settlement.name, "kind": settlement.kind}
            del self.fields["valid_from"]


class CloseSettlementForm(forms.Form):
    """When a settlement ended and why."""

    on = DayField(label="撤销日期")
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：整组搬迁，文号。")


class SettlementFactForm(forms.Form):
    """One of the four shared supplies of a settlement from a day on.

    The page that takes it stands in households, since the households there are judged again in the same
    transaction; `values()` is what poverty.areas.services.set_fact wants. Refusals of the service fit the
    fields by name.
    """

    reached = YesNoUnknown(label="是否达到")
    valid_from = DayField(label="自何日起", help_text="工程验收或情况变化之日。")
    scheme = forms.CharField(label="工程名称", max_length=100, required=False)
    document_name = forms.CharField(
        label="依据文件", max_length=200, required=False, help_text="选“是”或“否”时必填，例如水质检测报告。"
    )
    document_date = DayField(label="文件日期", required=False)
    note = forms.CharField(label="备注", max_length=200, required=False)

    def __init__(self, *args, settlement: Settlement, fact: str, **kwargs):
        """`fact` is one of SettlementFact.Fact; the row in force today is shown to start from."""
        super().__init__(*args, **kwargs)
        self.settlement, self.fact = settlement, SettlementFact.Fact(fact)
        current = settlement.facts.filter(fact=fact, valid_to=None).first()
        if current and not self.is_bound:
            self.initial = {
                name: getattr(current, name)
                for name in ("reached", "scheme", "document_name", "document_date")
            }

    def clean(self):
        values = super().clean()
        if values.get("reached") is not None:
            for name, message in (
                ("document_name", "选“是”或“否”时，请填写依据文件。"),
                ("document_date", "选“是”或“否”时，请填写文件日期。"),
            ):
                if name in values and not values[name]:
                    self.add_error(name, message)
        return values

    def values(self) -> dict:
        """Return the keyword arguments of set_fact, without settlement, fact and actor."""
        values = dict(self.cleaned_data)
        return {"on": values.pop("valid_from"), **values}
