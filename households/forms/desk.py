"""What is typed at the desk."""

from django import forms

from poverty.web.controls import DayField


class ApproveForm(forms.Form):
    """A review: nothing has to be typed. The day of the paper where it was done before."""

    comment = forms.CharField(label="意见", max_length=500, required=False)
    happened_on = DayField(label="审核日期", required=False, help_text="不填为今天。")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)


class ReturnForm(forms.Form):
    """Why a case is sent back, and on which day. On one page with ApproveForm, so its fields have ids of their own."""

    comment = forms.CharField(
        label="退回原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    happened_on = DayField(label="退回日期", required=False, help_text="不填为今天。")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="return_%s", **kwargs)


class DecideListForm(ApproveForm):
    """The review of a list, said once for all of it."""
