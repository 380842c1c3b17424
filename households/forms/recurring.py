"""Setting up a recurring table."""

from django import forms

from households.models import RecurringRequest
from households.querysets_requests import ISSUE
from households.requests.conditions import CHOICES
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names


class RecurringForm(forms.Form):
    """Whom it asks about, how often, and how long the villages have."""

    title = forms.CharField(label="标题", max_length=80)
    condition = forms.ChoiceField(label="问哪些人或户", choices=CHOICES)
    every = forms.ChoiceField(label="周期", choices=RecurringRequest.Every.choices)
    days = forms.IntegerField(
        label="填报天数", min_value=1, max_value=60, initial=3, help_text="截止时间是这么多天后的 18:00。"
    )
    area = forms.ChoiceField(label="县")
    instructions = forms.CharField(
        label="填报说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data=None, *, user, now):
        super().__init__(data)
        codes = list(
            Area.objects.inside_scope(user, ISSUE)
            .filter(level=Level.COUNTY, valid_to=None)
            .order_by("code")
            .values_list("code", flat=True)[:500]
        )
        names = full_names(codes)
        self.fields["area"].choices = [(code, names.get(code, code)) for code in codes]
        self.initial = {"area": now.area_code[:6], "days": 3}
