"""What is typed about applications to move: what is asked for, refusals, moving in, telling."""

from django import forms

from households.forms.entries import BackForm, LateForm, late_fields
from households.forms.targets import HouseholdField
from households.models import Household, Membership, RelocationApplication
from households.options.relocation import RESETTLEMENT_METHODS, RESETTLEMENT_PLACES
from households.options.relocation_reasons import RELOCATION_REASONS
from households.relocation.applications.next_steps import warnings
from households.relocation.applications.services.applying import Asked
from poverty.files.kinds import Kind, accepts, named
from poverty.web import questions
from poverty.web.controls import DayField

PLEASE = ("", "请选择")
GOES, STAYS = "goes", "stays"
# What stands in the application as it is typed.
_WORDS = (
    "applicant",
    "reason",
    "situation",
    "method",
    "place",
    "destination",
    "promised_on",
    "house_stays_for",
)


def scan_field(label: str, help_text: str = "可以以后再传") -> forms.FileField:
    """A scan that may come later; the step that needs it asks for it."""
    return forms.FileField(
        label=label,
        required=False,
        help_text=f"{help_text}；{named(Kind.SCAN)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
    )


class FindForm(forms.Form):
    """Whom a new application is about."""

    household = HouseholdField(label="户")

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Household.objects.visible_to(actor, "register.propose").on_register().registered_poor()
        self.fields["household"].candidates = rows.select_related("area")


class AskedForm(forms.Form):
    """What the application says, as it is corrected while it lies with the village."""

    applicant = forms.CharField(label="申请人", max_length=60, help_text="一般是户主本人。")
    movers = forms.MultipleChoiceField(
        label="搬迁的人", widget=forms.CheckboxSelectMultiple, help_text="一般是全家；不搬的不勾选。"
    )
    reason = forms.ChoiceField(label="搬迁原因", choices=[PLEASE, *RELOCATION_REASONS.choices])
    situation = forms.CharField(
        label="情况说明",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="现在住在哪里，为什么要搬。",
    )
    method = forms.ChoiceField(
        label="安置方式", choices=RESETTLEMENT_METHODS.choices, widget=forms.RadioSelect
    )
    place = forms.ChoiceField(label="安置地点", choices=[PLEASE, *RESETTLEMENT_PLACES.choices])
    destination = forms.CharField(label="安置点或地址", max_length=100, help_text="例如：鸭园镇幸福小区。")
    old_house = forms.ChoiceField(
        label="旧房",
        choices=[(GOES, "拆除并复垦"), (STAYS, "不拆除")],
        initial=GOES,
        widget=forms.RadioSelect,
    )
    promised_on = DayField(label="拆旧复垦承诺书日期", required=False, help_text="旧房拆除的填写。")
    house_stays_for = forms.CharField(
        label="不拆旧房的原因",
        max_length=200,
        required=False,
        help_text="旧房不拆除的填写，例如：与他户共墙。",
    )
    application = scan_field("搬迁申请书扫描件", "没有扫描件不能评议，可以以后再传")
    promise = scan_field("拆旧复垦承诺书扫描件")

    def __init__(self, *args, household: Household, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        rows = Membership.objects.filter(household=household, valid_to=None).select_related("member")
        self.fields["movers"].choices = [
            (str(row.member_id), f"{row.member.name}（{row.get_relation_display()}）")
            for row in rows.order_by("pk")
        ]

    def clean(self):
        """Which of the two fields about the old house is asked follows from whether it goes."""
        cleaned = super().clean()
        if cleaned.get("old_house") == GOES and "promised_on" in cleaned and cleaned["promised_on"] is None:
            self.add_error("promised_on", "拆除旧房的，请填写拆旧复垦承诺书的签订日期。")
        if cleaned.get("old_house") == STAYS and not cleaned.get("house_stays_for", "").strip():
            self.add_error("house_stays_for", "旧房不拆除的，请写明原因。")
        return cleaned

    def asked(self) -> Asked:
        """What the services take."""
        data = self.cleaned_data
        return Asked(
            old_house_goes=data["old_house"] == GOES,
            **{name: data[name] for name in _WORDS},
        )

    def movers_chosen(self) -> list[int]:
        """Keys of who moves."""
        return [int(pk) for pk in self.cleaned_data["movers"]]


def said_of(case: RelocationApplication) -> dict:
    """What an AskedForm begins with when an application is corrected."""
    return {name: getattr(case, name) for name in _WORDS} | {
        "old_house": GOES if case.old_house_goes else STAYS,
        "movers": [str(pk) for pk in case.movers.values_list("member_id", flat=True)],
    }


class ApplyForm(AskedForm):
    """A new application; a household that seems to have moved, or whose house was rebuilt, is asked about."""

    applied_on = DayField(label="申请日期", help_text="以申请书上的日期为准。")
    document_name = forms.CharField(label="材料", max_length=200, initial="易地扶贫搬迁申请书")

    field_order = ("applicant", "applied_on", "document_name")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= late_fields()

    def clean(self):
        """Questions, once nothing is wrong."""
        cleaned = super().clean()
        if not self.errors and (found := warnings(self.household.pk)):
            questions.ask(self, "applicant", "".join(found))
        return cleaned


class ContactForm(forms.Form):
    """Where somebody whom the meeting did not agree to may object."""

    contact = forms.CharField(label="申诉受理单位和电话", max_length=100, required=False)


class RefuseForm(BackForm):
    """Why an application is refused, as the household is told."""

    contact = forms.CharField(
        label="申诉受理单位和电话", max_length=100, help_text="印在告知书上，写公开的单位电话。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = "不予批准的原因"
        self.fields["comment"].help_text = "原样告知农户。"
        self.order_fields(["comment", "contact", "happened_on", "document_name"])


class MoveInForm(LateForm):
    """The day and the place of moving in."""

    happened_on = DayField(label="入住日期")
    moved_to = forms.CharField(label="入住地址", max_length=100)
    document_name = forms.CharField(label="材料", max_length=200, initial="入住确认单")
    moved_in = scan_field("入住确认单扫描件")


class ClearForm(LateForm):
    """The day on which the old house was taken down."""

    happened_on = DayField(label="旧房拆除日期")
    document_name = forms.CharField(label="材料", max_length=200, initial="旧房拆除复垦验收单")


class TellForm(forms.Form):
    """A refused household was told why."""

    told_on = DayField(label="告知日期")
    told_to = forms.CharField(label="接收人", max_length=60, help_text="在告知书上签字的人。")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)
