"""Planning a measure, its way to the end, plans and their signatures."""

from django import forms
from django.utils import timezone

from households.forms.once import OnceForm
from households.forms.persons import PLEASE
from households.models import Gap, Household
from households.options.measure_groups import MEASURE_GROUPS
from households.options.measure_subtypes import MEASURE_SUBTYPES
from poverty.web.controls import DayField, MoneyField


class _GapChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.get_indicator_display()}（{obj.get_state_display()}）"


def _subtypes() -> list:
    groups = [
        (one.label, [(sub.key, sub.label) for sub in MEASURE_SUBTYPES if sub.group == one.key])
        for one in MEASURE_GROUPS
    ]
    return [("", "—"), *((label, choices) for label, choices in groups if choices)]


class PlanMeasureForm(OnceForm):
    """What is planned for which gap, with how much, by whom, until when."""

    gap = _GapChoice(
        label="针对的缺项", queryset=Gap.objects.none(), required=False, empty_label="不针对某一项"
    )
    group = forms.ChoiceField(label="措施类别", choices=[PLEASE, *MEASURE_GROUPS.choices])
    subtype = forms.ChoiceField(label="措施小类", choices=_subtypes, required=False)
    content = forms.CharField(label="帮扶内容", max_length=200, help_text="做什么、多少：例如送鸡苗50只。")
    project = forms.CharField(label="项目或政策名称", max_length=100, required=False)
    planned_amount = MoneyField(label="计划资金", required=False)
    planned_from = DayField(label="计划开始", required=False, future=True)
    planned_until = DayField(label="计划完成", future=True)
    responsible = forms.CharField(label="责任单位或责任人", max_length=60)

    def __init__(self, *args, household: Household, year: int, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gap"].queryset = Gap.objects.open().of_year(year).filter(household=household)
        self.initial.setdefault("responsible", user.name)


class OnForm(forms.Form):
    """The day on which it began."""

    on = DayField(label="开始日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class FinishForm(forms.Form):
    """What came of it."""

    on = DayField(label="完成日期")
    result = forms.CharField(
        label="帮扶成效", max_length=200, help_text="农户得到了什么：例如通水，验收合格。"
    )
    actual_amount = MoneyField(label="实际资金", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class DrawUpForm(forms.Form):
    """The goal of the year."""

    goal = forms.CharField(
        label="帮扶目标", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    drawn_up_on = DayField(label="制定日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("drawn_up_on", timezone.localdate())


class SignForm(forms.Form):
    """Who of the household signed, when."""

    signer = forms.CharField(label="签字人", max_length=60)
    relation = forms.CharField(label="与户主关系", max_length=20, required=False)
    on = DayField(label="签字日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())
