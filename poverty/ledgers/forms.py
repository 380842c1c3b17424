"""How a ledger goes out: format, columns, full numbers with their purpose; and the file to be verified."""

from django import forms

from poverty.ledgers.asking import FULL_NUMBERS, Question
from poverty.ledgers.models import ExportFormat


class ExportForm(forms.Form):
    """Terms of an export. Full numbers are offered only to who may have them."""

    refused = "没有导出。"

    format = forms.ChoiceField(
        label="格式", choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(label="列", widget=forms.CheckboxSelectMultiple, required=False)
    full_numbers = forms.BooleanField(
        label="完整号码",
        required=False,
        help_text="证件号码、出生日期、电话、银行账号不打码。文件带水印，几天后失效，用途记入操作日志。",
    )
    purpose = forms.CharField(
        label="用途",
        max_length=100,
        required=False,
        help_text="要完整号码时必填，例如“办理参保登记”。",
    )

    def __init__(self, data=None, *, question: Question, **kwargs):
        super().__init__(data, **kwargs)
        ledger = question.ledger
        self.fields["columns"].choices = [
            (one.key, ledger.heading(one, question.year)) for one in ledger.columns
        ]
        self.fields["columns"].initial = [one.key for one in question.columns]
        masked = ledger.full_numbers and any(one.masked for one in ledger.columns)
        if not masked or not question.user.has_right_at(FULL_NUMBERS, question.area_code):
            del self.fields["full_numbers"], self.fields["purpose"]

    def clean(self):
        values = super().clean()
        if values.get("full_numbers") and len(values.get("purpose", "").strip()) < 2:
            self.add_error("purpose", "请写明完整号码的用途。")
        return values


class VerifyForm(forms.Form):
    """A file somebody brings."""

    refused = "没有核验。"

    file = forms.FileField(
        label="台账文件", error_messages={"required": "请选择要核验的文件。", "empty": "这是一个空文件。"}
    )
