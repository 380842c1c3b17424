"""What is typed about agreements of enterprises with villages."""

from django import forms

from poverty.files.kinds import Kind, accepts, named
from poverty.web import questions
from poverty.web.controls import CountField, DayField, MoneyField
from villages.options.enterprise_kinds import ENTERPRISE_KINDS

LONG = 10  # years of a term that is asked about


def _upload(label: str, *, required: bool = False, help_text: str = "可不传") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=required,
        help_text=f"{help_text}；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )


class AgreementForm(forms.Form):
    """What was agreed, for which time, with the scan."""

    kinds = forms.MultipleChoiceField(
        label="帮扶方式", choices=ENTERPRISE_KINDS.choices, widget=forms.CheckboxSelectMultiple
    )
    document = forms.CharField(
        label="协议名称", max_length=200, help_text="例如：“万企帮万村”村企结对帮扶协议。"
    )
    number = forms.CharField(label="协议编号", max_length=60, required=False)
    signed_on = DayField(label="签订日期", future=False)
    period_from = DayField(label="协议期起", future=True)
    period_to = DayField(label="协议期止", future=True, help_text="最后一天。")
    promised = MoneyField(label="承诺投入", required=False, help_text="没有约定金额的不填。")
    content = forms.CharField(
        label="帮扶内容",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如：订单收购蓝莓，优先招用本村贫困劳动力。",
    )
    scan = _upload("协议扫描件", help_text="没有带来的以后再传")

    def clean(self):
        """The term runs forward; one of many years is asked about."""
        cleaned = super().clean()
        first, last = cleaned.get("period_from"), cleaned.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", "协议期止不能早于协议期起。")
        elif first and last and last.year - first.year >= LONG:
            questions.ask(self, "period_to", f"协议期 {last.year - first.year} 年，请核对。")
        return cleaned


class ScanForm(forms.Form):
    """The scan, brought later."""

    scan = _upload("协议扫描件", required=True, help_text="签字盖章的协议")


class EndForm(forms.Form):
    """From which day an agreement holds no more, and why."""

    on = DayField(label="终止日期", future=True, help_text="填协议期起当天，即为误登撤销。")
    reason = forms.CharField(label="终止原因", max_length=200)


class ResultForm(forms.Form):
    """What came of an agreement in a year."""

    amount = MoneyField(label="实际投入", help_text="资金和折价的物资；没有的填 0。")
    households = CountField(label="带动贫困户", unit="户", max_value=100_000)
    persons = CountField(label="吸纳就业", unit="人", max_value=100_000)
    remark = forms.CharField(
        label="成效说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    proof = _upload("佐证材料")

    def __init__(self, *args, promised=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.promised = promised

    def clean(self):
        """Nothing at all, or far more than was promised, is asked about."""
        cleaned = super().clean()
        amount = cleaned.get("amount")
        if amount == 0 and cleaned.get("households") == 0 and cleaned.get("persons") == 0:
            questions.ask(self, "amount", "投入、户数、人数都是 0，请核对。")
        elif amount and self.promised and amount > self.promised * 10:
            questions.ask(
                self, "amount", f"是承诺投入 {self.promised:,.2f} 元的十倍以上，请核对单位是不是元。"
            )
        return cleaned


class CorrectResultForm(ResultForm):
    """A further version of a result, and why."""

    reason = forms.CharField(label="更正原因", max_length=200)
