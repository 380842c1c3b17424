"""What is typed about duties: rules, records, days in the village, leave, help, notes."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from households.duties.models import DiaryNote, Duty
from households.duties.models.rules import BY_THE_MONTH, LENGTHS
from households.forms.once import OnceForm
from households.forms.targets import HouseholdField
from households.models import Household
from households.options.duty_bearers import LEADER, UNIT_HEAD, UNIT_TEAM
from households.options.help_kinds import HELP_KINDS
from households.options.leave_kinds import LEAVE_KINDS
from poverty.accounts.models import Unit, User
from poverty.areas.models import Area
from poverty.areas.names import full_names
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import CountField, DayField, MoneyField

PLEASE = ("", "请选择")
# Shorter than the option list has them: the three stand side by side on a phone.
WENT = [(UNIT_HEAD, "主要负责人"), (UNIT_TEAM, "班子成员"), (LEADER, "联系领导")]


def may_prove(label: str, kind: str = Kind.SCAN) -> forms.FileField:
    """A file that may come with a record."""
    return forms.FileField(
        label=label,
        required=False,
        help_text=f"可不传；{named(kind)}。",
        widget=forms.FileInput(attrs={"accept": accepts(kind)}),
    )


class VillageField(forms.ModelChoiceField):
    """A village among those where the person may record, with the township before it."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Area.objects.none(), empty_label="请选择", **kwargs)

    def among(self, villages) -> None:
        """Offer these villages."""
        self.queryset = villages
        self.names = full_names(list(villages.values_list("code", flat=True)))

    def label_from_instance(self, area):
        return self.names.get(area.pk, area.name)


class PersonField(forms.ModelChoiceField):
    """A person with his unit."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.none(), empty_label="请选择", **kwargs)

    def label_from_instance(self, person):
        return f"{person.name}　{person.unit.name}" if person.unit_id else person.name


class DutyForm(forms.Form):
    """How often from a month on, by which paper."""

    valid_from = DayField(label="从哪天起", future=True, help_text="某月1日；本月或以后。")
    every_months = forms.TypedChoiceField(label="周期", choices=LENGTHS, coerce=int)
    times = CountField(label="次数", unit="次", help_text="填 0 表示本县不要求。")
    least_days = CountField(
        label="接手后至少剩余天数", unit="天", help_text="接手时本期剩余不足这些天的，本期不要求。"
    )
    document = forms.CharField(label="依据文件", max_length=200)
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, duty: Duty, **kwargs):
        super().__init__(*args, **kwargs)
        if duty.act == "presence":
            self.fields["times"].label, self.fields["times"].unit = "天数", "天"
            self.fields["every_months"].choices = LENGTHS[:1]
            self.fields["every_months"].error_messages["invalid_choice"] = BY_THE_MONTH
        if duty.per != Duty.Per.HOUSEHOLD:
            del self.fields["least_days"]


class UnitRecordForm(OnceForm):
    """A study, a meeting, or somebody of the unit (or a leader) in a village."""

    unit = forms.ModelChoiceField(
        label="单位", queryset=Unit.objects.none(), empty_label="请选择", required=False
    )
    bearer = forms.ChoiceField(label="谁到村", choices=WENT, widget=forms.RadioSelect, initial=UNIT_HEAD)
    person = PersonField(label="到村人", required=False, help_text="联系领导到村的必选；单位的可以不选。")
    village = VillageField(label="村", required=False)
    happened_on = DayField(label="日期")
    topic = forms.CharField(label="主题", max_length=100)
    people = forms.CharField(label="参加人员", max_length=200, required=False)
    content = forms.CharField(
        label="内容", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    proof = may_prove("纪要或佐证")
    photo = may_prove("现场照片", Kind.PHOTO)

    def __init__(self, *args, act: str, units, villages, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["person"].queryset = people
        self.fields["village"].among(villages)
        self.fields["village"].required = act == "village"
        if act != "village":
            del self.fields["bearer"], self.fields["village"], self.fields["person"]
            self.fields["unit"].required = True
        self.initial.setdefault("happened_on", timezone.localdate())

    def clean(self):
        """A leader comes for himself; everybody else for a unit."""
        cleaned = super().clean()
        if cleaned.get("bearer") == LEADER:
            # The unit stands there beforehand: it is that of whoever types.
            cleaned["unit"] = None
            if not cleaned.get("person") and "person" not in self.errors:
                self.add_error("person", "请选择到村的联系领导；没有的，先在村级帮扶力量里安排。")
        elif not cleaned.get("unit") and cleaned.get("bearer") in (UNIT_HEAD, UNIT_TEAM):
            self.add_error("unit", "请选择单位。")
        return cleaned


class CallForm(OnceForm):
    """A telephone call to a household: one's own, or typed for the helper who made it (`people` None: one's own)."""

    person = PersonField(label="联系人", help_text="由谁打的电话。")
    happened_on = DayField(label="日期")
    topic = forms.CharField(label="联系内容", max_length=100)
    content = forms.CharField(
        label="了解到的情况", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, people=None, **kwargs):
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = people
        self.initial.setdefault("happened_on", timezone.localdate())


class PresenceForm(forms.Form):
    """Days of a month in a village with one account of the work; further accounts are further entries."""

    village = VillageField(label="村")
    days = forms.MultipleChoiceField(label="日期", widget=forms.CheckboxSelectMultiple)
    work = forms.CharField(
        label="当日工作",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="同样的工作可以一次选几天。",
    )
    photo = may_prove("照片", Kind.PHOTO)

    def __init__(self, *args, villages, days, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].among(villages)
        self.fields["days"].choices = [(day.isoformat(), f"{day.day}日") for day in days]


class LeaveForm(forms.Form):
    """Leave from a village."""

    village = VillageField(label="驻村")
    person = PersonField(label="请假人")
    kind = forms.ChoiceField(label="类别", choices=[PLEASE, *LEAVE_KINDS.choices])
    starts_on = DayField(label="开始日期", future=True)
    ends_on = DayField(label="结束日期", future=True, help_text="含当天。")
    reason = forms.CharField(label="事由", max_length=200)
    paper = may_prove("请假条")
    late_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="过了几天才录入的须填写。"
    )

    def __init__(self, *args, villages, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].among(villages)
        self.fields["person"].queryset = people


class AnswerForm(forms.Form):
    """Grant or refuse."""

    agreed = forms.ChoiceField(
        label="意见", choices=[("yes", "批准"), ("no", "不批准")], widget=forms.RadioSelect, initial="yes"
    )
    comment = forms.CharField(label="说明", max_length=200, required=False, help_text="不批准的须写明原因。")

    def clean(self):
        """A refusal says why."""
        cleaned = super().clean()
        if cleaned.get("agreed") == "no" and not cleaned.get("comment"):
            self.add_error("comment", "不批准的请写明原因。")
        return cleaned


class BackForm(forms.Form):
    """The last day that was really leave."""

    ended_on = DayField(
        label="实际最后一天", help_text="提前回村的填回村前一天；一天也没有休的填开始日期的前一天。"
    )


class HelpForm(OnceForm):
    """What was given on a day."""

    kind = forms.ChoiceField(
        label="类别", choices=HELP_KINDS.choices, widget=forms.RadioSelect, initial="festival"
    )
    household = HouseholdField(label="户", required=False)
    village = VillageField(label="村", required=False, help_text="给全村的选村，不填户。")
    person = PersonField(label="帮扶人")
    happened_on = DayField(label="日期")
    item = forms.CharField(label="物品或事项", max_length=60, help_text="例如：化肥、米面油、药品、义诊。")
    quantity = forms.DecimalField(label="数量", max_digits=10, decimal_places=2, required=False, min_value=0)
    measure = forms.CharField(label="计量单位", max_length=10, required=False, help_text="袋、盒、桶等。")
    amount = MoneyField(label="折合金额", required=False)
    note = forms.CharField(label="备注", max_length=200, required=False)
    photo = may_prove("照片", Kind.PHOTO)

    def __init__(self, *args, actor, villages, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["household"].candidates = (
            Household.objects.visible_to(actor).on_register().select_related("area")
        )
        self.fields["village"].among(villages)
        self.fields["person"].queryset = people
        self.initial.setdefault("happened_on", timezone.localdate())

    def clean(self):
        """A household, or a village."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("household") and not cleaned.get("village"):
            raise ValidationError("请填户，或选择村。")
        return cleaned


class NoteForm(OnceForm):
    """One's own words."""

    book = forms.ChoiceField(
        label="写入", choices=DiaryNote.Book.choices, widget=forms.RadioSelect, initial="diary"
    )
    day = DayField(label="日期", required=False, help_text="不填为整月。")
    text = forms.CharField(label="内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
