"""What is typed about an evaluation."""

from datetime import date

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from households.forms.duties import PersonField
from poverty.accounts.models import Posting, Role, User
from poverty.areas.querysets import codes_above
from poverty.web import questions
from poverty.web.controls import DayField
from villages.evaluations.facts import Facts, is_thin
from villages.models import Village
from villages.options.evaluations import EVALUATION_PERIODS, EVALUATION_RESULTS, EXCELLENT

ASSESSORS = (Role.TOWNSHIP_OFFICER, Role.COUNTY_REVIEWER, Role.LEADER)


def assessors(village: Village, since: date, without) -> QuerySet[User]:
    """Who may have assessed: people of township and county posted above the village on any day from `since` to today,
    without the team (keys). Who was transferred since stays named in what is entered late.
    """
    posted = Posting.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=since),
        user=OuterRef("pk"),
        valid_from__lte=timezone.localdate(),
        area__in=codes_above(village.area_id),
        role__in=ASSESSORS,
    )
    rows = User.objects.filter(Exists(posted)).exclude(pk__in=list(without))
    return rows.select_related("unit").order_by("pinyin", "id")


class EvaluationForm(forms.Form):
    """The result, by whom, when, by which paper. `facts`: what was recorded; 优秀 against it is asked about."""

    result = forms.ChoiceField(label="考评结果", choices=EVALUATION_RESULTS.choices, widget=forms.RadioSelect)
    score = forms.DecimalField(
        label="得分",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text="百分制考评的填写；不打分的不填。",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    assessor = PersonField(label="考评人", help_text="作出考评的人；不能是本人或同队的人。")
    assessed_by = forms.CharField(
        label="考评单位", max_length=100, help_text="例如：乡镇党委、县委组织部、县扶贫办。"
    )
    happened_on = DayField(label="考评日期", future=False)
    document = forms.CharField(label="文件", max_length=200, help_text="例如：第三季度驻村考评通报及文号。")
    remark = forms.CharField(
        label="评语", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, people, facts: Facts, year: int, period: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assessor"].queryset = people
        self.facts, self.last_day = facts, EVALUATION_PERIODS[period].days(year)[1]

    def clean(self):
        """What goes against the records, or comes before the period is over, is asked about."""
        cleaned = super().clean()
        thin = is_thin(self.facts)
        if cleaned.get("result") == EXCELLENT and thin:
            questions.ask(self, "result", f"记录显示{thin}，评为优秀请核对。")
        on = cleaned.get("happened_on")
        if on is not None and on < self.last_day:
            questions.ask(self, "happened_on", f"考评期到 {self.last_day} 才结束，请核对。")
        return cleaned


class CorrectForm(EvaluationForm):
    """A further version, and why."""

    reason = forms.CharField(label="更正原因", max_length=200)
