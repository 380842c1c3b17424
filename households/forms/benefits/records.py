"""What was received, how it goes together with the income sheet, and taking it back."""

from django import forms
from django.utils import timezone

from households.models import BenefitIncome, Membership
from households.options.policy_options import MEMBER, PERIODS
from poverty.web.controls import CountField, DayField, MoneyField

PLEASE = ("", "请选择")


def member_choices(household) -> list[tuple[str, str]]:
    """Members of a household, those who left last."""
    rows = Membership.objects.filter(household=household).select_related("member").order_by("valid_to", "pk")
    present = [one for one in rows if one.valid_to is None]
    left = [one for one in rows if one.valid_to is not None]
    found = {one.member_id: one.member.name for one in present}
    for one in left:
        found.setdefault(one.member_id, f"{one.member.name}（{one.valid_to} 离户）")
    return [(str(pk), name) for pk, name in found.items()]


class BenefitForm(forms.Form):
    """One benefit of a household under one policy."""

    member = forms.ChoiceField(label="享受人")
    year = CountField(label="年度", unit="年")
    period = forms.ChoiceField(label="期")
    units = forms.DecimalField(label="数量", max_digits=10, decimal_places=2, min_value=0)
    amount = MoneyField(label="金额", required=False)
    paid_on = DayField(label="发放日期", help_text="以一卡通到账或发放表上的日期为准。")
    batch = forms.CharField(label="一卡通批次号", max_length=60, required=False)
    document = forms.CharField(
        label="依据", max_length=200, required=False, help_text="发放表、文件的名称或文号。"
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, data=None, *, policy, household, year):
        super().__init__(data, initial={"year": year, "paid_on": timezone.localdate()})
        if policy.level == MEMBER:
            self.fields["member"].choices = [PLEASE, *member_choices(household)]
        else:
            del self.fields["member"]
        if policy.periods() == ("",):
            del self.fields["period"]
        else:
            self.fields["period"].choices = [PLEASE, *((key, PERIODS.label(key)) for key in policy.periods())]
        if policy.rule == "per_unit":
            self.fields["units"].unit = policy.unit
        else:
            del self.fields["units"]
        if not policy.pays:
            del self.fields["amount"]
        elif policy.rule in ("fixed", "per_unit", "difference"):
            self.fields["amount"].help_text = "不填按政策规则计算；与规则不同的请写说明。"
        else:
            self.fields["amount"].required = True


class ReverseForm(forms.Form):
    """Taking a benefit back."""

    paid_on = DayField(label="冲销日期")
    reason = forms.CharField(label="冲销原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data=None):
        super().__init__(data, initial={"paid_on": timezone.localdate()})


class AnswerForm(forms.Form):
    """How a typed amount and what was paid go together; `taken_back`: nothing is paid any more."""

    answer = forms.ChoiceField(
        label="怎样计入", choices=BenefitIncome.Answer.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label="说明", max_length=200, required=False)
    seen = MoneyField(widget=forms.HiddenInput, required=False, negative=True)
    paid = MoneyField(widget=forms.HiddenInput, negative=True)

    def __init__(self, data=None, *, taken_back=False, initial=None):
        super().__init__(data, initial=initial)
        if taken_back:
            self.fields["answer"].choices = [
                (BenefitIncome.Answer.BESIDE, "表中金额是另外的，保留"),
                (BenefitIncome.Answer.REPLACED, "表中金额就是冲销的这笔，去掉"),
            ]

    def clean(self):
        unread = self.errors.keys() & {"seen", "paid"}
        for name in unread:
            del self.errors[name]  # nobody typed them: the page is not whole
        if unread:
            raise forms.ValidationError("页面内容不完整，请重新打开再填。")
        return super().clean()
