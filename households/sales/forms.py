"""What is typed about agreements by which businesses buy of households."""

from django import forms

from households.forms.benefits.records import PLEASE
from households.forms.once import OnceForm
from households.models import SaleAgreement
from households.options.business_kinds import BUSINESS_KINDS
from households.sales.services import Business, Promise
from poverty.files.kinds import Kind, accepts, named
from poverty.web import questions
from poverty.web.controls import DayField, MoneyField

LONG = 5  # years of a term that is asked about
_WHO = ("business", "kind", "credit_code", "platform", "shop", "contact", "phone")
_WHAT = ("product", "unit", "price", "amount", "number", "signed_on", "period_from", "period_to")


def _upload(*, required: bool, help_text: str) -> forms.FileField:
    return forms.FileField(
        label="协议扫描件",
        required=required,
        help_text=f"{help_text}；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )


def _quantity(label: str, **options) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        **options,
    )


class AgreementForm(OnceForm):
    """Who buys what of the household, at which price, for which time, with the scan."""

    business = forms.CharField(label="网店或企业名称", max_length=100)
    kind = forms.ChoiceField(label="类型", choices=[PLEASE, *BUSINESS_KINDS.choices])
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=30, required=False, help_text="营业执照上的18位代码。"
    )
    platform = forms.CharField(label="电商平台", max_length=60, required=False)
    shop = forms.CharField(
        label="店铺名称或网址", max_length=200, required=False, help_text="没有信用代码的必填。"
    )
    contact = forms.CharField(label="联系人", max_length=40, required=False)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    product = forms.CharField(label="收购产品", max_length=60, help_text="例如：蓝莓、笨鸡蛋。")
    unit = forms.CharField(label="计量单位", max_length=10, help_text="例如：斤、公斤、个。")
    price = MoneyField(label="保护价", max_digits=10, help_text="每计量单位不低于多少元。")
    amount = _quantity("约定数量", required=False, help_text="按计量单位；没有约定的不填。")
    number = forms.CharField(label="协议编号", max_length=60, required=False)
    signed_on = DayField(label="签订日期")
    period_from = DayField(label="协议期起", future=True)
    period_to = DayField(label="协议期止", future=True, help_text="最后一天。")
    scan = _upload(required=False, help_text="没有带来的以后再传")

    def clean(self):
        """The term runs forward; one of many years is asked about."""
        cleaned = super().clean()
        first, last = cleaned.get("period_from"), cleaned.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", "协议期止不能早于协议期起。")
        elif first and last and last.year - first.year >= LONG:
            questions.ask(self, "period_to", f"协议期 {last.year - first.year} 年，请核对。")
        return cleaned

    def entry(self) -> dict:
        """The arguments of register, but for the household and who records."""
        given = self.cleaned_data
        return {
            "business": Business(**{name: given[name] for name in _WHO}),
            "promise": Promise(**{name: given[name] for name in _WHAT}),
            "scan": given["scan"],
            "identity": given["identity"],
        }


class ScanForm(forms.Form):
    """The scan, brought later."""

    scan = _upload(required=True, help_text="双方签字盖章的协议")


class EndForm(forms.Form):
    """From which day an agreement holds no more, and why."""

    on = DayField(label="终止日期", help_text="从这一天起不再有效。")
    reason = forms.CharField(label="终止原因", max_length=200, help_text="例如：网店停业、改种其他作物。")


class ResultForm(OnceForm):
    """What was bought in a year."""

    quantity = _quantity("收购数量", help_text="没有收购的填 0。")
    paid = MoneyField(label="收购款", help_text="付给该户的钱；没有收购的填 0。")
    remark = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, agreement: SaleAgreement, **kwargs):
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.fields["quantity"].unit = agreement.unit

    def clean(self):
        """Nothing bought, less paid than the protected price comes to, or far more than agreed, is asked about."""
        cleaned = super().clean()
        quantity, paid = cleaned.get("quantity"), cleaned.get("paid")
        if quantity is None or paid is None:
            return cleaned
        one = self.agreement
        least = quantity * one.price
        if quantity == 0 and paid > 0:
            self.add_error("quantity", "填了收购款，请填收购数量。")
        elif quantity == 0:
            questions.ask(self, "quantity", "这一年没有收购，请核对。")
        elif paid < least:
            text = f"低于保护价：{quantity:,.2f} {one.unit}按 {one.price:,.2f} 元应不少于 {least:,.2f} 元，请核对。"
            questions.ask(self, "paid", text)
        elif paid > least * 10:
            questions.ask(self, "paid", "是保护价的十倍以上，请核对单位是不是元。")
        return cleaned


class CorrectResultForm(ResultForm):
    """A further version of a result, and why."""

    reason = forms.CharField(label="更正原因", max_length=200)
