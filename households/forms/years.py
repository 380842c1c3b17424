"""Opening, closing and opening again the years of a county."""

from django import forms

from households.services.years import FIRST_YEAR
from poverty.areas.models import Area, Level
from poverty.web.controls import CountField, DayField


class OpenYearForm(forms.Form):
    """Which year, of which county, counted from when until when."""

    area = forms.ModelChoiceField(label="县", queryset=Area.objects.none(), empty_label="请选择")
    year = CountField(label="年度", unit="年", min_value=FIRST_YEAR)
    period_from = DayField(
        label="核算期起", required=False, help_text="不填按地方参数“核算期起始月”。", future=True
    )
    period_to = DayField(label="核算期止", required=False, help_text="含这一天。", future=True)
    document_name = forms.CharField(label="依据文件", max_length=200)

    def __init__(self, *args, actor, opened: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        counties = Area.objects.inside_scope(actor, "year.manage").filter(level=Level.COUNTY, valid_to=None)
        self.fields["area"].queryset = counties.order_by("code")
        if len(opened) >= Level.COUNTY:
            self.fields["area"].initial = opened[: Level.COUNTY]


class CloseYearForm(forms.Form):
    """By which paper a year is closed."""

    document_name = forms.CharField(label="依据文件", max_length=200)
    happened_on = DayField(label="关闭日期", required=False, help_text="不填为今天。")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)


class ReopenYearForm(forms.Form):
    """Why, and by which paper, a closed year is opened again."""

    comment = forms.CharField(label="原因", max_length=500, widget=forms.Textarea)
    document_name = forms.CharField(label="依据文件", max_length=200)
