"""Registering, signing, correcting and withdrawing papers of responsibility; agreements of many; trainings of cadres."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from households.forms.targets import HouseholdField
from households.helping.services.training import CALLED
from households.models import Household, Responsibility
from households.options.responsibility_kinds import AGREEMENT, RESPONSIBILITY_KINDS
from poverty.accounts.models import Unit
from poverty.accounts.roles import Role
from poverty.accounts.services.on_record import find_on_record, units_around
from poverty.areas.models import Area
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import DayField

PLEASE = ("", "请选择")


def _targets() -> forms.CharField:
    return forms.CharField(
        label="目标任务",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="照文本填写要点。",
    )


class PeriodForm(forms.Form):
    """What a paper says beside its sides: for which year and time, and what is promised."""

    year = forms.IntegerField(label="年度", min_value=2014, max_value=2100)
    period_from = DayField(label="责任期起", future=True)
    period_to = DayField(label="责任期止", future=True)
    targets = _targets()
    number = forms.CharField(label="编号", max_length=60, required=False)

    def clean(self):
        """The period runs forward."""
        cleaned = super().clean()
        begin, end = cleaned.get("period_from"), cleaned.get("period_to")
        if begin and end and end < begin:
            self.add_error("period_to", "责任期止不能早于责任期起。")
        return cleaned


class PaperForm(PeriodForm):
    """责任书, 责任双签, 责任状: a unit or a leader answers to a county, a township or a village."""

    kind = forms.ChoiceField(
        label="种类",
        choices=[(one.key, one.label) for one in RESPONSIBILITY_KINDS if not one.of_a_household],
        widget=forms.RadioSelect,
        initial="double",
    )
    area = forms.ChoiceField(label="签约对方（县、乡镇或村）")
    other_side = forms.CharField(
        label="对方落款", max_length=100, required=False, help_text="与文本一致；不填为该地名称。"
    )
    unit = forms.ModelChoiceField(label="责任单位", queryset=Unit.objects.none(), empty_label="请选择")
    name = forms.CharField(
        label="责任人", max_length=40, required=False, help_text="个人签的填姓名，单位签的可不填。"
    )

    def __init__(self, *args, areas, county: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [PLEASE, *areas]
        self.fields["unit"].queryset = units_around(county).order_by("area_id", "name")
        self.order_fields(["kind", "year", "area", "other_side", "unit", "name", "period_from", "period_to"])

    def clean(self):
        """Finds the person whom the name means."""
        cleaned = super().clean()
        cleaned["person"] = None
        if cleaned.get("name") and cleaned.get("unit"):
            try:
                cleaned["person"] = find_on_record(name=cleaned["name"], unit=cleaned["unit"])
            except ValidationError as error:
                self.add_error("name", error.message_dict.get("name", error.messages))
            else:
                if cleaned["person"] is None:
                    self.add_error(
                        "name", "人员名册里没有这个人，请先在村级帮扶力量里安排，或请系统管理员登记。"
                    )
        return cleaned

    def entry(self) -> dict:
        """The keyword arguments of signing.register."""
        cleaned = dict(self.cleaned_data)
        cleaned.pop("name")
        area = Area.objects.get(pk=cleaned.pop("area"))
        cleaned["other_side"] = cleaned["other_side"].strip() or area.name
        return cleaned | {"area": area}


class AgreementForm(PeriodForm):
    """结对帮扶协议: the helper of a household, and the household."""

    household = HouseholdField(label="户")

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Household.objects.visible_to(actor, "responsibility.edit").on_register()
        self.fields["household"].candidates = rows.select_related("area")
        self.order_fields(["household", "year", "period_from", "period_to", "targets", "number"])

    def clean(self):
        """Who signs for the county is the household's first helper."""
        cleaned = super().clean()
        household = cleaned.get("household")
        if household is not None:
            row = household.pairings.filter(valid_to=None).select_related("helper").order_by("order").first()
            if row is None:
                self.add_error("household", f"{household.head_name}户还没有帮扶责任人，请先办理结对。")
            cleaned["person"] = row and row.helper
        return cleaned

    def entry(self) -> dict:
        """The keyword arguments of signing.register."""
        cleaned = dict(self.cleaned_data)
        return cleaned | {"kind": AGREEMENT, "area": cleaned["household"].area}


class PrepareForm(forms.Form):
    """Agreements for every household of a place that has none of the year."""

    period_from = DayField(label="责任期起", future=True)
    period_to = DayField(label="责任期止", future=True)
    targets = _targets()


class SignForm(forms.Form):
    """On which days the sides signed, and the scan."""

    signed_on = DayField(label="责任方签订日期", required=False, future=False)
    other_signed_on = DayField(label="对方签订日期", required=False, future=False)
    scan = forms.FileField(
        label="扫描件",
        required=False,
        help_text=f"双方都签了才算签订，须有签字盖章的扫描件或照片；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )

    def __init__(self, *args, paper: Responsibility, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].label = f"{paper.side}签订日期"
        self.fields["other_signed_on"].label = f"{paper.other_side}签订日期"
        for name in ("signed_on", "other_signed_on"):
            known = getattr(paper, name)
            if known is not None:
                self.fields[name].disabled, self.initial[name] = True, known


class CorrectForm(PeriodForm):
    """What a further version says; signed anew."""

    other_side = forms.CharField(label="对方落款", max_length=100)
    reason = forms.CharField(label="更正原因", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["year", "other_side", "period_from", "period_to", "targets", "number", "reason"])

    def changes(self) -> dict:
        """What signing.correct takes over."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class WithdrawForm(forms.Form):
    """From which day a paper does not count, and why."""

    on = DayField(label="作废日期", future=False)
    reason = forms.CharField(label="作废原因", max_length=200)


class TrainingForm(forms.Form):
    """A training that was held, and who is called to it by role."""

    area = forms.ChoiceField(label="举办的县、乡镇")
    topic = forms.CharField(
        label="培训主题", max_length=100, help_text="例如：脱贫攻坚专题培训、退出验收考核工作培训。"
    )
    held_from = DayField(label="开始日期", future=False)
    held_to = DayField(label="结束日期", future=True, required=False, help_text="一天的不填。")
    place = forms.CharField(label="地点", max_length=100)
    hours = forms.DecimalField(label="学时", min_value=0.5, max_value=500, max_digits=5, decimal_places=1)
    organiser = forms.CharField(label="主办单位", max_length=100)
    teacher = forms.CharField(label="授课人", max_length=100, required=False)
    roles = forms.MultipleChoiceField(
        label="参训范围",
        choices=[(role.value, role.label) for role in CALLED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="本地区当时在任的都列入名单；其他人登记后按姓名加入。",
    )
    content = forms.CharField(
        label="培训内容", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [PLEASE, *areas]

    def entry(self) -> dict:
        """The keyword arguments of register_training."""
        cleaned = dict(self.cleaned_data)
        cleaned["held_to"] = cleaned["held_to"] or cleaned["held_from"]
        return cleaned | {"area": Area.objects.get(pk=cleaned["area"])}


class PersonForm(forms.Form):
    """Somebody who came and is not on the list."""

    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label="请选择")
    name = forms.CharField(label="姓名", max_length=40)

    def __init__(self, *args, county: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_around(county).order_by("area_id", "name")

    def clean(self):
        """Finds the person."""
        cleaned = super().clean()
        if cleaned.get("name") and cleaned.get("unit"):
            try:
                cleaned["person"] = find_on_record(name=cleaned["name"], unit=cleaned["unit"])
            except ValidationError as error:
                self.add_error("name", error.message_dict.get("name", error.messages))
            else:
                if cleaned["person"] is None:
                    self.add_error("name", "人员名册里没有这个单位的这个人，请核对姓名和单位。")
        return cleaned


def period_of(year: int) -> dict[str, date]:
    """The whole of a year, as papers of a year run."""
    return {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}


def role_label(key: str) -> str:
    """As what somebody was called to a training; by name where no role stands."""
    return Role(key).label if key in Role.values else "按姓名加入"
