"""Answering a finding."""

from django import forms

from households.models import FindingAnswer


class AnswerForm(forms.Form):
    """属实已改, or 不属实 with why."""

    refused = "没有答复。"

    kind = forms.ChoiceField(label="答复", choices=FindingAnswer.Kind.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        help_text="答“不属实”须写明原因。不要写姓名、证件号码、电话和病情。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, correctable: bool = True, **kwargs):
        """`correctable` False: the year is closed, and nobody can have corrected anything."""
        super().__init__(*args, **kwargs)
        if not correctable:
            only = FindingAnswer.Kind.NOT_TRUE
            self.fields["kind"].choices = [(only.value, only.label)]
            self.fields["kind"].error_messages["invalid_choice"] = (
                "年度已关闭，信息不能再改，只能答“不属实”并写明原因。"
            )

    def clean(self):
        """不属实 says why."""
        cleaned = super().clean()
        if cleaned.get("kind") == FindingAnswer.Kind.NOT_TRUE and not cleaned.get("note", "").strip():
            self.add_error("note", "答复“不属实”须写明原因。")
        return cleaned
