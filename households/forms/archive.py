"""How an electronic file goes out, and papers that are brought with their labels."""

from django import forms

REVEAL = "personal.reveal"


class ArchiveForm(forms.Form):
    """Masked, or with full numbers and their purpose; that is offered only to who may have them."""

    full_numbers = forms.BooleanField(
        label="完整号码",
        required=False,
        help_text="证件号码、电话、银行账号不打码。文件几天后失效，用途记入操作日志。",
    )
    purpose = forms.CharField(
        label="用途", max_length=100, required=False, help_text="要完整号码时必填，例如“档案移交”。"
    )

    def __init__(self, data=None, *, user, area_code: str):
        super().__init__(data)
        if not user.has_right_at(REVEAL, area_code):
            self.fields.clear()

    def clean(self):
        values = super().clean()
        if values.get("full_numbers") and len(values.get("purpose", "").strip()) < 2:
            self.add_error("purpose", "请写明完整号码的用途。")
        return values
