"""Registering a household that is new to the register."""

from django import forms

from households.forms.persons import PLEASE, PersonForm
from households.options.causes import CAUSES
from households.options.kinds import GENERAL_RURAL, HOUSEHOLD_KINDS, REGISTERED_POOR
from poverty.accounts.forms import AreaChoiceField
from poverty.areas.models import Area, Level, Settlement
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import DayField


class SettlementField(forms.ModelChoiceField):
    """A natural village or group, with its village."""

    def label_from_instance(self, settlement):
        """桦树村 二组."""
        return f"{settlement.village.name} {settlement.name}"


def villages_for(user, right: str, opened: str = ""):
    """Villages where a user holds a right; for wide scopes only those below `opened`, the area chosen on
    top.
    """
    villages = Area.objects.inside_scope(user, right).filter(level=Level.VILLAGE, valid_to=None)
    if any(len(code) <= Level.COUNTY for code in user.scope(right).areas) and opened:
        villages = villages.under(opened)
    return villages.order_by("code")


class RegisterForm(PersonForm):
    """A new household with its head; further members stand in a formset beside it."""

    area = AreaChoiceField(label="村", queryset=Area.objects.none(), empty_label="请选择")
    settlement = SettlementField(
        label="自然村/村民小组", queryset=Settlement.objects.none(), required=False, empty_label="未定"
    )
    kind = forms.ChoiceField(
        label="户类型",
        choices=[(key, HOUSEHOLD_KINDS.label(key)) for key in (GENERAL_RURAL, REGISTERED_POOR)],
        initial=GENERAL_RURAL,
        help_text="脱贫属性由县里从全国系统带入，不在这里填。",
    )
    address = forms.CharField(label="家庭住址", max_length=200, required=False)
    main_cause = forms.ChoiceField(label="主要致贫原因", choices=[PLEASE, *CAUSES.choices], required=False)
    happened_on = DayField(label="登记起始日期", help_text="从这一天起算在册，以材料为准。")
    reason = forms.CharField(label="登记原因", max_length=200, help_text="例如：整户迁入、漏登补录。")
    document_name = forms.CharField(label="依据", max_length=200, help_text="例如：户口本。")
    scan = forms.FileField(
        label="依据扫描件",
        required=False,
        help_text=f"可不传；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )

    head_fields = ("name", "document_type", "identity", "sex", "birth_date", "ethnic_group", "phone")

    def __init__(self, *args, actor, opened: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        villages = villages_for(actor, "register.propose", opened)
        self.fields["area"].queryset = villages
        self.fields["name"].label = "户主姓名"
        self.fields["settlement"].queryset = (
            Settlement.objects.filter(village__in=villages, valid_to=None)
            .select_related("village")
            .order_by("village", "name")
        )
        only = list(villages[:2])
        if len(only) == 1:
            self.fields["area"].initial = only[0].pk

    def clean(self):
        """A poor household has a cause."""
        cleaned = super().clean()
        if cleaned.get("kind") == REGISTERED_POOR and not cleaned.get("main_cause"):
            self.add_error("main_cause", "建档立卡贫困户须选主要致贫原因。")
        return cleaned

    def record_data(self) -> dict:
        """What else is on record about the household."""
        return {
            name: self.cleaned_data[name] for name in ("address", "main_cause") if self.cleaned_data[name]
        }
