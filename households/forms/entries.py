"""What is typed about applications, comparisons, meetings, notices, refusals and their delivery."""

from django import forms

from households.entries.models import EntryCase, EntryComparison, EntryRefusal
from households.forms.targets import HouseholdField
from households.models import Household
from households.options.causes import CAUSES
from households.options.clearance_grounds import CLEARANCE_GROUNDS
from households.options.entry_bureaus import ENTRY_BUREAUS
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import CountField, DayField, MoneyField, YesNoUnknown

PLEASE = ("", "请选择")
VOTES = (("for", "同意"), ("against", "反对"), ("abstained", "弃权"))


def _scan(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=f"可不传；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )


def late_fields() -> dict[str, forms.Field]:
    """Who signed on paper, and why it is entered late."""
    return {
        "decided_by_name": forms.CharField(
            label="签字人", max_length=60, required=False, help_text="代他人录入时填写。"
        ),
        "late_reason": forms.CharField(
            label="补录原因", max_length=200, required=False, help_text="过了几天才录入的须填写。"
        ),
    }


class LateForm(forms.Form):
    """A form that ends with who signed on paper, and why it is entered late."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= late_fields()


class FindHouseholdForm(forms.Form):
    """Whom a new case is about."""

    household = HouseholdField(label="户")

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["household"].candidates = (
            Household.objects.visible_to(actor, "register.propose").on_register().select_related("area")
        )


class ApplyForm(forms.Form):
    """An application for 新识别 or 返贫, or the proposal of a 户清退."""

    asked = ("house_safe", "at_school", "insured", "water_safe")

    applied_by = forms.ChoiceField(
        label="提出方式", choices=EntryCase.By.choices, initial="household", widget=forms.RadioSelect
    )
    applicant = forms.CharField(label="申请人", max_length=60, help_text="农户申请填本人，村提出填经办人。")
    applied_on = DayField(label="申请日期", help_text="以申请书上的日期为准。")
    cause = forms.ChoiceField(label="主要原因", choices=[PLEASE, *CAUSES.choices])
    ground = forms.ChoiceField(label="清退情形", choices=[PLEASE, *CLEARANCE_GROUNDS.choices])
    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="家庭情况和困难。"
    )
    stated_income = MoneyField(label="自报人均纯收入", required=False)
    house_safe = YesNoUnknown(label="住房是否安全")
    at_school = YesNoUnknown(label="义务教育是否有保障")
    insured = YesNoUnknown(label="是否全部参加医保")
    water_safe = YesNoUnknown(label="饮水是否安全")
    authorised_on = DayField(
        label="授权书签署日期", required=False, help_text="没有签授权书的不能比对信息，可以以后补签。"
    )
    document_name = forms.CharField(label="材料", max_length=200, help_text="例如：贫困户申请书。")
    application = _scan("申请书扫描件")
    authorisation = _scan("授权书扫描件")

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= late_fields()
        if kind == EntryCase.Kind.CLEARANCE:
            for name in ("cause", "stated_income", *self.asked, "authorised_on", "authorisation"):
                del self.fields[name]
            self.fields["applied_by"].initial = EntryCase.By.VILLAGE
            self.fields["applicant"].label = "提出人"
            self.fields["applied_on"].label = "提出日期"
            self.fields["reason"].help_text = "查实的情况和证据。"
            self.fields["document_name"].help_text = "例如：核查表。"
            self.fields["application"].label = "核查材料扫描件"
        else:
            del self.fields["ground"]
            self.fields["cause"].label = "返贫原因" if kind == EntryCase.Kind.RETURN else "主要致贫原因"

    def stated(self) -> dict:
        """What the household says of itself."""
        names = ("stated_income", *self.asked)
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class AuthoriseForm(forms.Form):
    """When the household signed the authorisation."""

    authorised_on = DayField(label="授权书签署日期")
    authorisation = _scan("授权书扫描件")


class ComparisonForm(forms.Form):
    """What each bureau answered; a bureau that has not is left open."""

    compared_on = DayField(label="比对日期")
    document_name = forms.CharField(label="比对依据", max_length=200, help_text="例如：县比对结果反馈表。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for one in ENTRY_BUREAUS:
            self.fields[f"result_{one.key}"] = forms.ChoiceField(
                label="结果", required=False, choices=[("", "未反馈"), *EntryComparison.Result.choices]
            )
            self.fields[f"note_{one.key}"] = forms.CharField(
                label="反馈内容和核实情况", max_length=200, required=False
            )
        self.fields |= late_fields()

    @property
    def rows(self) -> list[tuple]:
        """Bureaus with their two fields."""
        return [(one, self[f"result_{one.key}"], self[f"note_{one.key}"]) for one in ENTRY_BUREAUS]

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(f"result_{one.key}") for one in ENTRY_BUREAUS):
            raise forms.ValidationError("请至少填写一个部门的比对结果。")
        return cleaned


class SittingForm(LateForm):
    """A meeting as its minutes tell it."""

    held_on = DayField(label="召开日期")
    place = forms.CharField(label="地点", max_length=100)
    chair = forms.CharField(label="主持人", max_length=60)
    due = CountField(label="应到人数", unit="人", min_value=1)
    present = CountField(label="实到人数", unit="人", min_value=1)
    summary = forms.CharField(
        label="会议纪要", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    document_number = forms.CharField(label="会议文号", max_length=60, help_text="例如：二扶领〔2018〕7号。")

    def __init__(self, *args, numbered: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not numbered:
            del self.fields["document_number"]


class GroundsForm(forms.Form):
    """What the papers of refused households say besides the reason."""

    clause = forms.CharField(label="依据文件和条款", max_length=200, required=False)
    contact = forms.CharField(label="申诉受理单位和电话", max_length=100, required=False)
    issued_by = forms.CharField(label="作出单位", max_length=60, required=False)


class VoteForm(forms.Form):
    """What the meeting said of one case; all empty: not on the agenda."""

    result = forms.ChoiceField(
        label="结果", required=False, choices=[("", "本次未评议"), ("yes", "通过"), ("no", "不通过")]
    )
    votes_for = forms.IntegerField(label="同意票", required=False, min_value=0, max_value=9999)
    votes_against = forms.IntegerField(label="反对票", required=False, min_value=0, max_value=9999)
    abstained = forms.IntegerField(label="弃权票", required=False, min_value=0, max_value=9999)
    recused = forms.CharField(label="回避人员", required=False, max_length=200)
    note = forms.CharField(label="不通过的原因", required=False, max_length=200)

    def __init__(self, *args, case: EntryCase, **kwargs):
        super().__init__(*args, prefix=f"case-{case.pk}", **kwargs)
        self.case = case
        self.about = f"{case.household.head_name}户"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("result") == "no" and not (cleaned.get("note") or "").strip():
            self.add_error("note", "不通过的请写明原因，告知书上要告诉农户。")
        typed = [cleaned.get(name) for name in ("votes_for", "votes_against", "abstained")]
        if not cleaned.get("result") and any(one is not None for one in typed):
            self.add_error("result", "填了票数的，请选择通过或不通过。")
        return cleaned


class NoticeForm(forms.Form):
    """A sheet on the wall: where, from when, for how long."""

    title = forms.CharField(label="标题", max_length=100)
    place = forms.CharField(label="张贴地点", max_length=100, initial="村务公开栏")
    publisher = forms.CharField(label="公示单位", max_length=100)
    contact = forms.CharField(
        label="受理异议的单位和电话", max_length=100, help_text="公开的单位电话，不写个人手机。"
    )
    posted_on = DayField(label="张贴日期", required=False, help_text="不填为今天；当天为第一天。")
    days = CountField(label="公示天数", unit="天", required=False, min_value=1, max_value=60)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)


class RefuseForm(LateForm):
    """Why a case is refused, as the paper tells the household."""

    reason = forms.CharField(label="不予通过的原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    income = MoneyField(label="核定人均纯收入", required=False, help_text="因收入不予通过的填写。")
    line = MoneyField(label="对照标准", required=False)
    clause = forms.CharField(
        label="依据文件和条款", max_length=200, help_text="例如：建档立卡工作方案 第二条。"
    )
    contact = forms.CharField(label="申诉受理单位和电话", max_length=100)
    issued_by = forms.CharField(label="作出单位", max_length=60)
    happened_on = DayField(label="作出日期", required=False, help_text="不填为今天。")
    document_name = forms.CharField(label="依据文件或文号", max_length=200, required=False)


class BackForm(LateForm):
    """Why a case goes back, or is withdrawn."""

    comment = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    happened_on = DayField(label="办理日期", required=False, help_text="不填为今天。")
    document_name = forms.CharField(label="材料", max_length=200, required=False)


class DeliveryForm(forms.Form):
    """The paper was handed over: to whom, when, by whom, signed or refused."""

    delivered_on = DayField(label="送达日期")
    receiver = forms.CharField(label="签收人", max_length=60)
    relation = forms.CharField(label="与户主关系", max_length=20, required=False)
    receipt = forms.ChoiceField(
        label="送达情况", choices=EntryRefusal.Receipt.choices, initial="signed", widget=forms.RadioSelect
    )
    receipt_note = forms.CharField(label="拒签原因和见证人", max_length=200, required=False)
    delivered_by = forms.CharField(label="送达人", max_length=60)
    scan = _scan("签收单扫描件")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)
