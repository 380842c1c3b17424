"""Loans, training, jobs and solar stations as they are typed."""

from uuid import uuid4

from django import forms
from django.utils import timezone

from households.forms.benefits.records import PLEASE
from households.forms.once import OnceForm
from households.forms.targets import HouseholdField
from households.models import Household, Membership
from households.options.public_post_types import PUBLIC_POST_TYPES
from households.options.work_options import JOB_KINDS, LOAN_USES, SOLAR_KINDS, TRAINING_RESULTS
from households.options.work_places import WORK_PLACES
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names
from poverty.fields.normalise import compact
from poverty.web.controls import CountField, DayField, MoneyField, PercentField

_RIGHT = "benefit.record"


class FindHouseholdForm(forms.Form):
    """Whom something is recorded for."""

    household = HouseholdField(label="户")

    def __init__(self, data=None, *, actor):
        super().__init__(data)
        self.fields["household"].candidates = (
            Household.objects.visible_to(actor, _RIGHT).on_register().select_related("area")
        )


def _members(household) -> list[tuple[str, str]]:
    rows = (
        Membership.objects.filter(household=household, valid_to=None).select_related("member").order_by("pk")
    )
    return [PLEASE, *((str(one.member_id), one.member.name) for one in rows)]


class LoanForm(OnceForm):
    """A loan of a household."""

    member = forms.ChoiceField(label="借款人")
    bank = forms.CharField(label="贷款机构", max_length=60)
    contract = forms.CharField(label="合同号", max_length=60, required=False)
    amount = MoneyField(label="贷款金额")
    rate = PercentField(label="年利率")
    subsidy = PercentField(label="贴息比例", initial=100)
    use = forms.ChoiceField(label="用途", choices=[PLEASE, *LOAN_USES.choices])
    use_note = forms.CharField(label="用途说明", max_length=200, required=False)
    starts_on = DayField(label="放款日期")
    due_on = DayField(label="到期日期", future=True)

    def __init__(self, data=None, *, household):
        super().__init__(data)
        self.fields["member"].choices = _members(household)


class RepayForm(forms.Form):
    """Principal paid back; `identity` tells the same form sent twice from another repayment."""

    identity = forms.UUIDField(widget=forms.HiddenInput)
    amount = MoneyField(label="还本金额")
    paid_on = DayField(label="还款日期")
    document = forms.CharField(label="凭证号", max_length=60, required=False)

    def __init__(self, data=None):
        super().__init__(data, initial={"identity": str(uuid4())})

    def clean(self):
        if self.errors.pop("identity", None):  # nobody typed it: the page is not whole
            raise forms.ValidationError("页面内容不完整，请返回贷款页面重新打开再填。")
        return super().clean()


class ExtendForm(forms.Form):
    """A loan's new day."""

    due_on = DayField(label="新的到期日期", future=True)
    reason = forms.CharField(label="展期原因", max_length=200)


class TrainingForm(forms.Form):
    """A course."""

    area = forms.ChoiceField(label="举办地区")
    course = forms.CharField(label="培训课程", max_length=60)
    organiser = forms.CharField(label="举办单位", max_length=60)
    held_from = DayField(label="开班日期")
    held_to = DayField(label="结业日期", future=True)
    hours = CountField(label="课时", unit="课时")
    place = forms.CharField(label="地点", max_length=60, required=False)
    document = forms.CharField(label="依据文件", max_length=200, required=False)

    def __init__(self, data=None, *, actor):
        super().__init__(data)
        rows = Area.objects.inside_scope(actor, _RIGHT).filter(
            level__in=(Level.COUNTY, Level.TOWNSHIP), valid_to=None
        )
        codes = list(rows.order_by("code").values_list("code", flat=True)[:500])
        names = full_names(codes)
        self.fields["area"].choices = [(code, names.get(code, code)) for code in codes]


class TraineesForm(forms.Form):
    """Who takes part, a household's members one to a line: 户编号 or head's name, then the person."""

    household = HouseholdField(label="户")
    names = forms.CharField(
        label="参加人",
        max_length=200,
        help_text="该户成员的姓名，几个人用顿号隔开；只有户主参加的可以不填。",
        required=False,
    )

    def __init__(self, data=None, *, actor, training):
        super().__init__(data)
        self.training = training
        self.fields["household"].candidates = (
            Household.objects.visible_to(actor, _RIGHT)
            .on_register()
            .under(training.area_id)
            .select_related("area")
        )

    def clean(self):
        """`members`: the persons meant."""
        given = super().clean()
        household = given.get("household")
        if household is None:
            return given
        names = [one for one in compact(given.get("names", "")).replace("，", "、").split("、") if one]
        rows = Membership.objects.filter(household=household, valid_to=None).select_related("member")
        if names:
            found = [one.member for one in rows if one.member.name in names]
            if missing := set(names) - {one.name for one in found}:
                self.add_error("names", f"该户没有：{'、'.join(sorted(missing))}。")
        else:
            found = [one.member for one in rows if one.relation == "head"]
        given["members"] = found
        return given


class ResultForm(forms.Form):
    """How a training ended for a person."""

    result = forms.ChoiceField(label="培训结果", choices=[PLEASE, *TRAINING_RESULTS.choices])
    certificate = forms.CharField(label="证书编号", max_length=60, required=False)


class JobForm(forms.Form):
    """A job of a member; what the facts of the year say of him stands in it already."""

    member = forms.ChoiceField(label="就业人")
    kind = forms.ChoiceField(label="就业方式", choices=[PLEASE, *JOB_KINDS.choices])
    post = forms.ChoiceField(
        label="公益性岗位类型", choices=[("", "不是公益性岗位"), *PUBLIC_POST_TYPES.choices], required=False
    )
    work_place = forms.ChoiceField(label="务工地", choices=[PLEASE, *WORK_PLACES.choices], required=False)
    employer = forms.CharField(label="用人单位（企业、车间）", max_length=100, required=False)
    monthly_pay = MoneyField(label="月工资", required=False)
    starts_on = DayField(label="上岗日期")
    ends_on = DayField(label="离岗日期", required=False, help_text="还在岗的不填。")
    document = forms.CharField(label="依据（聘用文件、合同）", max_length=200, required=False)

    def __init__(self, data=None, *, household, initial=None):
        super().__init__(data, initial=initial)
        self.fields["member"].choices = _members(household)


class EndForm(forms.Form):
    """Until when, and why."""

    ends_on = DayField(label="日期")
    reason = forms.CharField(label="原因", max_length=100)

    def __init__(self, data=None):
        super().__init__(data, initial={"ends_on": timezone.localdate()})


class ConnectForm(forms.Form):
    """Since when a station is on the grid."""

    on = DayField(label="并网日期", help_text="以电网公司的并网单据为准。")


class CorrectConnectionForm(forms.Form):
    """The right day on the grid, why, and the day that was seen: somebody else may correct it meanwhile."""

    seen = forms.DateField(widget=forms.HiddenInput)
    on = DayField(label="正确的并网日期", help_text="以电网公司的并网单据为准。")
    reason = forms.CharField(
        label="更正原因",
        max_length=200,
        help_text="例如：单据日期看错，附件为并网单第 12 号。",
        error_messages={"required": "请写明更正的原因。"},
    )

    def __init__(self, data=None, *, station):
        super().__init__(data, initial={"seen": station.connected_on, "on": station.connected_on})
        for code in ("required", "invalid"):
            self.fields["seen"].error_messages[code] = "页面内容不完整，请返回电站页面重新打开再填。"


class StationForm(forms.Form):
    """A solar station."""

    kind = forms.ChoiceField(label="电站类型", choices=SOLAR_KINDS.choices, widget=forms.RadioSelect)
    area = forms.ChoiceField(label="所在村")
    name = forms.CharField(label="电站名称", max_length=60)
    capacity = forms.DecimalField(label="装机容量（千瓦）", max_digits=10, decimal_places=2)
    connected_on = DayField(
        label="并网日期", required=False, help_text="还没有并网的不填，并网后在电站页面登记。"
    )
    household = HouseholdField(
        label="所属的户", required=False, help_text="户用电站填户编号、系统号或户主姓名；村级电站不填。"
    )
    document = forms.CharField(label="依据文件", max_length=200, required=False)

    def __init__(self, data=None, *, actor, area_code):
        super().__init__(data, initial={"kind": "village"})
        rows = Area.objects.inside_scope(actor, _RIGHT).filter(level=Level.VILLAGE, valid_to=None)
        if area_code:
            rows = rows.filter(code__startswith=area_code)
        codes = list(rows.order_by("code").values_list("code", flat=True)[:1000])
        names = full_names(codes)
        self.fields["area"].choices = [PLEASE, *((code, names.get(code, code)) for code in codes)]
        self.fields["household"].candidates = (
            Household.objects.visible_to(actor, _RIGHT).on_register().select_related("area")
        )


class ShareForm(forms.Form):
    """A household that benefits from a village's station, with who holds the post."""

    household = HouseholdField(label="受益户")
    name = forms.CharField(
        label="岗位人员", max_length=40, required=False, help_text="聘到公益岗的填姓名，其余不填。"
    )
    since = DayField(label="受益起")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, data=None, *, actor, station):
        super().__init__(data, initial={"since": timezone.localdate()})
        self.fields["household"].candidates = (
            Household.objects.visible_to(actor, _RIGHT)
            .on_register()
            .under(station.area_id)
            .select_related("area")
        )

    def clean(self):
        """`member`: the person meant, None where nobody is named."""
        given = super().clean()
        given["member"] = None
        household, name = given.get("household"), compact(given.get("name", ""))
        if household is not None and name:
            row = Membership.objects.filter(household=household, valid_to=None, member__name=name).first()
            if row is None:
                self.add_error("name", "该户没有这个成员。")
            else:
                given["member"] = row.member
        return given
