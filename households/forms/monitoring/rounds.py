"""Opening a round, and noting whom it reached."""

from django import forms
from django.utils import timezone

from households.forms.persons import PLEASE
from households.models import MonitoringRound, RoundVisit
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names
from poverty.web.controls import DayField


class RoundForm(forms.Form):
    """A round over a county or township."""

    area_code = forms.ChoiceField(label="区划")
    kind = forms.ChoiceField(
        label="种类", choices=MonitoringRound.Kind.choices, widget=forms.RadioSelect, initial="full"
    )
    title = forms.CharField(label="名称", max_length=100, help_text="例如：2024年第二次集中排查。")
    starts_on = DayField(label="开始日期", future=True)
    ends_on = DayField(label="截止日期", future=True)
    document_name = forms.CharField(label="依据文件", max_length=200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.inside_scope(user, "round.manage").filter(
            valid_to=None, level__in=(Level.COUNTY, Level.TOWNSHIP)
        )
        codes = list(places.order_by("code").values_list("code", flat=True)[:300])
        names = full_names(codes)
        self.fields["area_code"].choices = [PLEASE, *((code, names.get(code, code)) for code in codes)]
        self.initial.setdefault("starts_on", timezone.localdate())

    def clean(self):
        """It ends after it starts."""
        cleaned = super().clean()
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", "截止日期不能早于开始日期。")
        return cleaned


class VisitsForm(forms.Form):
    """How the chosen households were reached."""

    visited_on = DayField(label="排查日期")
    way = forms.ChoiceField(
        label="方式", choices=RoundVisit.Way.choices, widget=forms.RadioSelect, initial="home"
    )
    whole_away = forms.BooleanField(
        label="整户外出", required=False, help_text="整户外出的才能电话或视频排查。"
    )
    visitor_name = forms.CharField(label="排查人", max_length=60, required=False, help_text="不填为本人。")
    note = forms.CharField(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("visited_on", timezone.localdate())

    def clean(self):
        """A call counts for a household that is away as a whole."""
        cleaned = super().clean()
        if cleaned.get("way") in ("phone", "video") and not cleaned.get("whole_away"):
            self.add_error("way", "整户外出的才能电话或视频排查，其他户须入户。")
        return cleaned


class RegimeForm(forms.Form):
    """By which paper households turn to a regime."""

    document_name = forms.CharField(label="依据文件", max_length=200)
