"""Taking a clue in, naming its household, answering it."""

from django import forms
from django.utils import timezone

from households.forms.persons import PLEASE
from households.forms.targets import HouseholdField
from households.models import Clue, Household, RoundVisit
from households.monitoring.clues import OUTCOMES
from households.options.clue_kinds import CLUE_KINDS
from households.options.clue_sources import CLUE_SOURCES, OWN_JUDGING, ROUND
from poverty.areas.models import Area, Level
from poverty.web.controls import DayField

_SOURCES = [PLEASE, *((one.key, one.label) for one in CLUE_SOURCES if one.key != OWN_JUDGING)]
_KINDS = [PLEASE, *CLUE_KINDS.choices]


class OwnHouseholdField(HouseholdField):
    """A household over which the person holds a right, named by number or head, anywhere in his reach."""

    def of(self, user, right: str) -> None:
        """Choose among the registered households that the user reaches by the right."""
        self.candidates = Household.objects.visible_to(user, right).on_register().select_related("area")


class ClueForm(forms.Form):
    """Where it came from, whom it means, what happened."""

    source = forms.ChoiceField(label="来源", choices=_SOURCES)
    kind = forms.ChoiceField(label="内容", choices=_KINDS)
    household = OwnHouseholdField(
        label="户", required=False, help_text="填户编号、系统号或户主姓名；登记册里没有的留空，写在下面。"
    )
    about = forms.CharField(
        label="所指的户", max_length=60, required=False, help_text="查不到户时，写谁家、在哪个组。"
    )
    area = forms.ChoiceField(label="所在区划", required=False, help_text="查不到户时选择。")
    text = forms.CharField(
        label="情况说明",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="什么时候、发生了什么、影响多大。",
    )
    received_on = DayField(label="收到日期", future=False)
    # Asked where the clue was found in a round: how the household was reached.
    way = forms.ChoiceField(
        label="排查方式", choices=RoundVisit.Way.choices, widget=forms.RadioSelect, initial="home"
    )
    whole_away = forms.BooleanField(
        label="整户外出", required=False, help_text="整户外出的才能电话或视频排查。"
    )
    informant = forms.CharField(label="反映人", max_length=60, required=False, help_text="可以不填。")
    informant_phone = forms.CharField(label="反映人电话", max_length=20, required=False)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, user, household=None, round=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.household, self.round = household, round
        self.fields["household"].of(user, "clue.enter")
        self.initial.setdefault("received_on", timezone.localdate())
        if round is None:
            for name in ("way", "whole_away"):
                del self.fields[name]
        else:
            self.initial.setdefault("source", ROUND)
            self.fields["received_on"].label = "排查日期"
        if household is not None:
            for name in ("household", "about", "area"):
                del self.fields[name]
            return
        areas = Area.objects.inside_scope(user, "clue.enter").filter(valid_to=None, level__gte=Level.COUNTY)
        self.fields["area"].choices = [PLEASE, *areas.order_by("code").values_list("code", "name")[:300]]

    def clean(self):
        """Somebody is named: a household, or a place and words."""
        cleaned = super().clean()
        if self.household is None and not cleaned.get("household") and "household" not in self.errors:
            if not cleaned.get("about"):
                self.add_error("about", "请选择户；查不到户的，写明所指的是谁家。")
            if not cleaned.get("area"):
                self.add_error("area", "查不到户的，请选择区划。")
        if cleaned.get("way") in ("phone", "video") and not cleaned.get("whole_away"):
            self.add_error("way", "整户外出的才能电话或视频排查，其他户须入户。")
        return cleaned

    def arguments(self) -> dict:
        """What receive_clue takes."""
        values = dict(self.cleaned_data)
        area = values.pop("area", "")
        household = self.household or values.pop("household", None)
        values.pop("household", None)
        return {**values, "household": household, "area_code": "" if household else area, "round": self.round}


class LinkForm(forms.Form):
    """Which household a clue means."""

    household = OwnHouseholdField(label="户")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["household"].of(user, "clue.answer")


class ClueAnswerForm(forms.Form):
    """What came of it, in writing."""

    outcome = forms.ChoiceField(
        label="核实结果",
        choices=[PLEASE, *((key, Clue.State(key).label) for key in OUTCOMES)],
    )
    answer = forms.CharField(
        label="核实情况",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="什么时候、谁去的、看到什么、怎么处理的。",
    )
    answered_on = DayField(label="核实日期", future=False)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("answered_on", timezone.localdate())


class ClueFilterForm(forms.Form):
    """Which clues the list shows."""

    source = forms.ChoiceField(
        label="来源", choices=[("", "全部来源"), *CLUE_SOURCES.choices], required=False
    )
    kind = forms.ChoiceField(label="内容", choices=[("", "全部内容"), *CLUE_KINDS.choices], required=False)
