"""Reading what people type of meetings, notices and objections; the rules stand in services/."""

from django import forms

from poverty.review.models import Meeting, Notice, Objection
from poverty.review.services.meetings import Said
from poverty.web.controls import CountField, DayField


class MeetingForm(forms.Form):
    """A meeting as its minutes begin. `document_number` is asked of the leading group only."""

    held_on = DayField(label="召开日期", widget=forms.DateInput())
    place = forms.CharField(label="地点", max_length=100)
    chair = forms.CharField(label="主持人", max_length=60)
    due = CountField(label="应到人数", unit="人")
    present = CountField(label="实到人数", unit="人")
    document_number = forms.CharField(
        label="文号",
        max_length=60,
        required=False,
        help_text="例如 区扶领〔2018〕12号；领导小组审定须有文号。",
    )
    summary = forms.CharField(
        label="会议纪要",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="简要记录；原件在下一页上传扫描件。",
    )
    late_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="会后几天才录入的，写明原因。"
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != Meeting.Kind.LEADING_GROUP:
            del self.fields["document_number"]


class ItemForm(forms.Form):
    """What the meeting said of one case; `about` names it."""

    agreed = forms.ChoiceField(label="结论", choices=[("yes", "通过"), ("no", "不通过")], initial="yes")
    votes_for = CountField(label="同意票", required=False, max_value=9999)
    votes_against = CountField(label="反对票", required=False, max_value=9999)
    abstained = CountField(label="弃权票", required=False, max_value=9999)
    recused = forms.CharField(label="亲属回避", max_length=200, required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, case_id: int, about: str = "", group: str = "", **kwargs):
        super().__init__(*args, prefix=f"case-{case_id}", **kwargs)
        self.case_id, self.about, self.group = case_id, about, group
        for bound in self:
            kind = "form-select" if isinstance(bound.field.widget, forms.Select) else "form-control"
            bound.field.widget.attrs |= {"aria-label": f"{about} {bound.label}", "class": kind}

    def said(self) -> Said:
        """The item as the service takes it."""
        data = self.cleaned_data
        return Said(
            self.case_id,
            data["agreed"] == "yes",
            data["votes_for"],
            data["votes_against"],
            data["abstained"],
            data["recused"],
            data["note"],
        )


class NoticeForm(forms.Form):
    """A list goes on the wall."""

    kind = forms.ChoiceField(label="类别")
    title = forms.CharField(label="标题", max_length=100)
    place = forms.CharField(label="张贴地点", max_length=100, help_text="例如 村务公开栏。")
    publisher = forms.CharField(label="公示单位", max_length=100)
    contact = forms.CharField(
        label="受理异议的联系方式", max_length=100, help_text="单位和公开电话，不写个人手机。"
    )
    posted_on = DayField(label="张贴日期", widget=forms.DateInput())
    days = CountField(
        label="公示天数",
        unit="天",
        required=False,
        max_value=365,
        help_text="留空按规定天数；张贴当天算第一天。",
    )
    posted_by_name = forms.CharField(
        label="张贴人", max_length=60, required=False, help_text="留空为本人张贴。"
    )
    late_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="张贴几天后才录入的，写明原因。"
    )

    def __init__(self, *args, kinds: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [one for one in Notice.Kind.choices if one[0] in kinds]


class CorrectionForm(forms.Form):
    """更正公告: the list as it stands after somebody left it."""

    posted_on = DayField(label="张贴日期", widget=forms.DateInput())
    posted_by_name = forms.CharField(
        label="张贴人", max_length=60, required=False, help_text="留空为本人张贴。"
    )
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)


class DayForm(forms.Form):
    """One day, today unless said otherwise."""

    on = DayField(label="日期", widget=forms.DateInput())


class ReasonForm(forms.Form):
    """Why, and on which day."""

    on = DayField(label="日期", widget=forms.DateInput())
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ObjectionForm(forms.Form):
    """An objection that came by paper, telephone or in person."""

    channel = forms.ChoiceField(
        label="渠道", choices=[one for one in Objection.Channel.choices if one[0] != Objection.Channel.WEB]
    )
    case_id = forms.TypedChoiceField(label="所指的户", coerce=int)
    text = forms.CharField(label="异议内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    name = forms.CharField(
        label="异议人", max_length=60, required=False, help_text="可以不留；只有办理人看得到。"
    )
    phone = forms.CharField(label="联系电话", max_length=20, required=False, help_text="用来答复，加密保存。")
    received_on = DayField(label="收到日期", widget=forms.DateInput())
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, cases: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case_id"].choices = [("", "请选择"), *cases]


class PointForm(forms.Form):
    """Which household of the sheet an objection means."""

    case_id = forms.TypedChoiceField(label="所指的户", coerce=int)

    def __init__(self, *args, cases: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case_id"].choices = [("", "请选择"), *cases]


class AnswerForm(forms.Form):
    """核查结果: whether it is upheld, and the words of the written answer."""

    upheld = forms.ChoiceField(
        label="结论",
        choices=[("yes", "异议成立，退回并移出名单"), ("no", "异议不成立，继续办理")],
        widget=forms.RadioSelect,
    )
    case_id = forms.TypedChoiceField(
        label="所指的户",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="异议成立须指明，指错的可以改；所说的户不在名单上的，可以不选，按异议不成立答复。",
    )
    answer = forms.CharField(
        label="核查结果",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="书面答复的内容。",
    )
    document_name = forms.CharField(label="核查报告或答复文件", max_length=200)
    happened_on = DayField(label="答复日期", widget=forms.DateInput())
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, cases: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["case_id"].choices = [("", "请选择"), *cases]
