"""The sheet behind a step: its day, its name, who signed it, why it is entered late."""

import re

from django import forms
from django.utils import timezone

from households.services.exits.papers import Paper, Visit
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import CountField, DayField

_BETWEEN = re.compile(r"[\s,，、;；]+")


def _scan(label: str, help_text: str = "") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=f"{help_text}{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )


def _late() -> forms.CharField:
    return forms.CharField(label="补录原因", max_length=200, required=False, help_text="按期录入的不填。")


class DayForm(forms.Form):
    """A step that needs no more than its day: the one on the paper, and why it is entered late."""

    happened_on = DayField(label="发生日期", help_text="以纸质材料上的日期为准。")
    late_reason = _late()
    day_label = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = timezone.localdate
        if self.day_label:
            self.fields["happened_on"].label = self.day_label


class PlanForm(DayForm):
    """列入预退出计划."""

    day_label = "列入日期"


class PrepareForm(DayForm):
    """测算比对; stands on one page with ListForm, so its fields have ids of their own."""

    day_label = "测算日期"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="prepare_%s", **kwargs)


class ListForm(forms.Form):
    """造册."""

    made_on = DayField(label="造册日期")
    late_reason = _late()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="listing_%s", **kwargs)
        self.fields["made_on"].initial = timezone.localdate


class PaperForm(forms.Form):
    """What every step asks: the day on the paper, who decided, by which paper."""

    happened_on = DayField(label="发生日期", help_text="以纸质材料上的日期为准。")
    document_name = forms.CharField(label="依据材料", max_length=200, required=False)
    signed_by_name = forms.CharField(
        label="办理人", max_length=60, required=False, help_text="代他人录入时填签字人姓名；本人办理的不填。"
    )
    late_reason = _late()
    day_label = ""
    document_default = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = timezone.localdate
        if self.day_label:
            self.fields["happened_on"].label = self.day_label
        self.fields["document_name"].initial = self.document_default

    def paper(self) -> Paper:
        """What the services take."""
        told = self.cleaned_data
        return Paper(
            told["happened_on"],
            told["document_name"],
            signed_by_name=told["signed_by_name"],
            late_reason=told["late_reason"],
        )


class TeamField(forms.CharField):
    """Names, divided by blanks, commas or lines."""

    def __init__(self, **kwargs):
        super().__init__(max_length=400, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def to_python(self, value):
        return [name for name in _BETWEEN.split(super().to_python(value) or "") if name]


class SheetForm(PaperForm):
    """A step of a whole list by its signed sheet, which may be uploaded with it."""

    sheet = _scan("名单扫描件", "签字盖章的名单；已在名单页面上传的不再上传；")


class VisitForm(SheetForm):
    """A check of a list: the team; who did not pass is ticked in the list below, with the reason."""

    team = TeamField(label="核查人员", help_text="逐个填写姓名，用顿号或空格分开。")

    def visit(self, failed: dict[int, str]) -> Visit:
        """What the services take."""
        return Visit(tuple(self.cleaned_data["team"]), failed)


class VerifyForm(VisitForm):
    """村级核实, confirmed by the first secretary."""

    day_label, document_default = "核实日期", "村级核实表"


class CheckForm(VisitForm):
    """乡镇核查."""

    day_label, document_default = "核查日期", "贫困户退出验收表"


class JointForm(PaperForm):
    """联合核查 of one household that does not agree."""

    day_label, document_default = "核查日期", "联合核查记录"
    team = TeamField(label="核查人员", help_text="逐个填写姓名，用顿号或空格分开。")
    finding = forms.CharField(
        label="核查情况", max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="农户说的原因逐条核实的结果。",
    )  # fmt: skip


class FileForm(PaperForm):
    """报市备案."""

    day_label, document_default = "备案日期", ""


class MarkForm(PaperForm):
    """系统标注."""

    day_label, document_default = "标注日期", ""
    exited_on = DayField(label="脱贫日期", required=False, help_text="不填为领导小组会议日期。")


class MeetingForm(forms.Form):
    """A meeting, entered once."""

    held_on = DayField(label="召开日期")
    place = forms.CharField(label="地点", max_length=100)
    chair = forms.CharField(label="主持人", max_length=60)
    due = CountField(label="应到人数", unit="人")
    present = CountField(label="实到人数", unit="人")
    summary = forms.CharField(
        label="会议纪要", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    minutes = _scan("会议记录扫描件")
    late_reason = _late()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = timezone.localdate


class DecisionForm(MeetingForm):
    """The leading group's meeting."""

    document_number = forms.CharField(label="文号", max_length=60, help_text="例如：二扶组发〔2018〕12号。")
    field_order = (
        "held_on", "document_number", "place", "chair", "due", "present", "summary", "minutes", "late_reason",
    )  # fmt: skip


class SignForm(forms.Form):
    """What is the same for all households that sign on one day: the day, and the scan of their sheets."""

    signed_on = DayField(label="签字日期")
    scan = _scan("退出确认书扫描件", "农户签字按手印的确认书，认可的必须上传；")
    late_reason = _late()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = timezone.localdate


class AnnounceForm(forms.Form):
    """The announcement as it is posted; what already hangs is taken over from its notice."""

    posted_on = DayField(label="张贴日期", initial=timezone.localdate)
    title = forms.CharField(label="标题", max_length=100)
    place = forms.CharField(label="张贴地点", max_length=100, initial="各村村务公开栏")
    publisher = forms.CharField(label="公告单位", max_length=100)
    contact = forms.CharField(label="受理异议的联系方式", max_length=100)
    late_reason = _late()


class HangsForm(forms.Form):
    """The announcement hangs already: nothing is asked, its own day counts."""


class ReasonForm(forms.Form):
    """Why a case goes on after a change."""

    comment = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class BackForm(DayForm):
    """Why a case is sent back or dropped, and on which day."""

    comment = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("comment", "happened_on", "late_reason")


class RevokeForm(BackForm):
    """Taking a decision back, by its document."""

    document_name = forms.CharField(label="依据文件", max_length=200)
    field_order = ("comment", "document_name", "happened_on", "late_reason")
