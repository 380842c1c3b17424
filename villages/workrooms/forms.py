"""What is typed about the workroom of a village."""

from django import forms

from households.forms.once import OnceForm
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import DayField, MoneyField
from poverty.web.opaque import pack, unpack
from villages.models import Workroom
from villages.workrooms.services.keeping import fund_years
from villages.workrooms.services.opening import said_of

SEEN = "workroom as shown"


class OpenForm(forms.Form):
    """Where the workroom is, since when, by which document."""

    place = forms.CharField(label="地点", max_length=100, help_text="例如：村部二楼东侧。")
    on = DayField(label="设立日期", future=False)
    document = forms.CharField(
        label="设立文件", max_length=200, help_text="例如：关于设立村级扶贫工作室的通知及文号。"
    )
    phone = forms.CharField(
        label="联系电话", max_length=20, required=False, help_text="座机带区号；没有的不填。"
    )
    remark = forms.CharField(label="备注", max_length=300, required=False)
    photo = forms.FileField(
        label="挂牌照片",
        required=False,
        help_text=f"可不传；{named(Kind.PHOTO)}。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.PHOTO)}),
    )


class UpdateForm(forms.Form):
    """Telephone and remark, put right. Who may not read the number (`whole` False) sees it masked and types it only
    where it changes; to take it away is for those who can read it.
    """

    phone = forms.CharField(
        label="联系电话", max_length=20, required=False, help_text="座机带区号；没有的不填。"
    )
    remark = forms.CharField(label="备注", max_length=300, required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, workroom: Workroom, whole: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = whole
        self.initial["seen"] = pack(SEEN, said_of(workroom))
        self.initial["remark"] = workroom.remark
        if workroom.phone is not None and whole:
            self.initial["phone"] = workroom.phone.reveal()
        elif workroom.phone is not None:
            self.fields["phone"].help_text = f"现为 {workroom.phone}；不改的不填。"

    def entry(self) -> dict:
        """The keyword arguments of update_workroom."""
        phone = self.cleaned_data["phone"]
        return self.cleaned_data | {
            "phone": phone if self.whole else phone or None,
            # A page that does not say what it showed has shown something else.
            "seen": unpack(SEEN, self.cleaned_data["seen"]) or [],
        }


class EndForm(forms.Form):
    """On which day a workroom was given up, and why."""

    on = DayField(label="撤销日期", future=False, help_text="填设立当天，即为误登撤销。")
    reason = forms.CharField(label="撤销原因", max_length=200)


class StaffForm(forms.Form):
    """Who of the village works in the workroom from a day on."""

    posts = forms.TypedMultipleChoiceField(
        label="工作人员",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="从本村第一书记、驻村工作队、农技员和包村干部中选；名单里没有的，先在“五个一”里安排。",
    )
    on = DayField(label="从哪天起", future=False)

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["posts"].choices = [
            (one.pk, f"{one.holder}（{one.get_post_display()}）") for one in candidates
        ]
        self.fields["posts"].error_messages["invalid_choice"] = "所选人员已不在本村任职，请重新选择。"


class FundForm(OnceForm):
    """Money for a workroom in a year."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    amount = MoneyField(label="金额", max_digits=12)
    given_on = DayField(label="安排日期", future=False)
    source = forms.CharField(label="资金来源", max_length=100, help_text="例如：县财政专项、帮扶单位支持。")
    document = forms.CharField(label="文件", max_length=200, help_text="例如：经费安排通知、拨款单。")

    def __init__(self, *args, workroom: Workroom, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(one, f"{one}年") for one in reversed(fund_years(workroom))]
