"""Meetings, notices and decisions on several cases at once."""

from django import forms
from django.utils import timezone

from poverty.review.services.meetings import Said
from poverty.web.controls import CountField, DayField

RESULTS = [("agreed", "通过"), ("refused", "不通过"), ("", "本次不评议")]


class MeetingForm(forms.Form):
    """A meeting, entered once."""

    held_on = DayField(label="召开日期")
    place = forms.CharField(label="地点", max_length=100)
    chair = forms.CharField(label="主持人", max_length=60)
    due = CountField(label="应到人数", unit="人", min_value=1, max_value=2000)
    present = CountField(label="实到人数", unit="人", min_value=1, max_value=2000)
    summary = forms.CharField(
        label="会议纪要", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, minutes: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("held_on", timezone.localdate())
        self.fields["summary"].required = minutes

    def clean(self):
        """Nobody came who was not due."""
        cleaned = super().clean()
        if cleaned.get("due") and cleaned.get("present") and cleaned["present"] > cleaned["due"]:
            self.add_error("present", "实到人数不能超过应到人数。")
        return cleaned


class SaidForm(forms.Form):
    """What the meeting said of one household."""

    result = forms.ChoiceField(label="结果", choices=RESULTS, required=False, initial="agreed")
    votes_for = forms.IntegerField(label="同意", required=False, min_value=0)
    votes_against = forms.IntegerField(label="反对", required=False, min_value=0)
    abstained = forms.IntegerField(label="弃权", required=False, min_value=0)
    recused = forms.CharField(label="回避人员", max_length=200, required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, data, *, case, **kwargs):
        super().__init__(data, prefix=f"case{case.pk}", **kwargs)
        self.case = case
        self.about = case.household.head_name

    def clean(self):
        """A refusal says why; votes are counted together."""
        cleaned = super().clean()
        votes = [cleaned.get(name) for name in ("votes_for", "votes_against", "abstained")]
        if any(one is not None for one in votes) and any(one is None for one in votes):
            self.add_error("votes_for", "同意、反对、弃权三项票数要么都填，要么都不填。")
        if cleaned.get("result") == "refused" and not cleaned.get("note"):
            self.add_error("note", "未通过的请写明原因。")
        return cleaned

    def said(self) -> Said | None:
        """None: the meeting did not speak of it."""
        values = self.cleaned_data
        if not values["result"]:
            return None
        return Said(
            self.case.pk,
            values["result"] == "agreed",
            values["votes_for"],
            values["votes_against"],
            values["abstained"],
            values["recused"],
            values["note"],
        )


class NoticeForm(forms.Form):
    """Where and from when a list hangs."""

    place = forms.CharField(label="张贴地点", max_length=100, initial="村务公开栏")
    contact = forms.CharField(label="受理异议的单位和电话", max_length=100)
    posted_on = DayField(label="张贴日期")
    days = CountField(
        label="公示天数", unit="天", required=False, min_value=1, max_value=60, help_text="不填为规定的天数。"
    )
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, announcement: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("posted_on", timezone.localdate())
        if announcement:
            self.fields["publisher"] = forms.CharField(label="公告单位", max_length=100)
            self.fields["document_name"] = forms.CharField(label="公告文号", max_length=200)


class TogetherForm(forms.Form):
    """One day and one paper for the chosen cases."""

    happened_on = DayField(label="办理日期")
    document_name = forms.CharField(label="审核或审批文件", max_length=200, required=False)
    decided_by_name = forms.CharField(
        label="签字人", max_length=60, required=False, help_text="代他人录入时填写。"
    )
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, county: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("happened_on", timezone.localdate())
        self.fields["document_name"].required = county
