"""Pairing households with helpers."""

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from households.models import Household, Pairing
from households.services.pairing import pairing_questions
from poverty.accounts.models import Posting, Role, User
from poverty.sql.periods import valid_at
from poverty.sql.prefix import within
from poverty.web import questions
from poverty.web.controls import DayField


def helpers_for(user, county: str = ""):
    """People posted as helpers today in the counties where a user arranges pairings (or in one of them),
    with how
    many households each has: `households`."""
    codes = {code[:6] for code in user.scope("pairing.edit").areas}
    if county:
        codes = {county} if any(county.startswith(code) for code in codes) else set()
    today = timezone.localdate()
    posted = Posting.objects.open_on(today).filter(within("area", codes), role=Role.HELPER)
    paired = Count("pairings", filter=valid_at(today, "pairings__"))
    return (
        User.objects.filter(pk__in=posted.values("user"))
        .select_related("unit")
        .annotate(households=paired)
        .order_by("pinyin", "id")
    )


class HelperField(forms.ModelChoiceField):
    """A helper, with his unit and how many households he has."""

    def label_from_instance(self, helper):
        """王芳　二道江区水利局（现3户）."""
        unit = f"　{helper.unit.name}" if helper.unit_id else ""
        return f"{helper.name}{unit}（现{helper.households}户）"


class PairForm(forms.Form):
    """Who helps a household from a day on, and to what end."""

    helper = HelperField(label="帮扶责任人", queryset=User.objects.none(), empty_label="请选择")
    order = forms.TypedChoiceField(
        label="第几帮扶人", choices=Pairing._meta.get_field("order").choices, coerce=int, initial=1
    )
    since = DayField(label="开始时间")
    goal = forms.CharField(label="帮扶目标", max_length=200, required=False)
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, *args, household: Household, actor, second: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        self.fields["helper"].queryset = helpers_for(actor, household.area_id[:6])
        if not second:
            del self.fields["order"]

    def clean(self):
        """More households than the county asks for is questioned."""
        cleaned = super().clean()
        if cleaned.get("helper") and cleaned.get("since"):
            asked = pairing_questions(
                self.household, cleaned["helper"], cleaned.get("order") or 1, cleaned["since"]
            )
            if asked:
                questions.ask(self, "helper", " ".join(asked))
        return cleaned


class TransferForm(forms.Form):
    """Who takes a household over, from which day, and why."""

    helper = HelperField(label="接任的帮扶责任人", queryset=User.objects.none(), empty_label="请选择")
    on = DayField(label="交接日期", help_text="从这一天起由接任人帮扶。")
    reason = forms.CharField(label="调整原因", max_length=200, help_text="例如：工作调动、退休。")
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, *args, county: str, actor, leaving: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["helper"].queryset = helpers_for(actor, county).exclude(pk=leaving.pk)


class HandOverForm(TransferForm):
    """The same for several households of one helper."""

    pairings = forms.ModelMultipleChoiceField(
        label="交接的户", queryset=Pairing.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, pairings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pairings"].queryset = pairings
        self.fields["pairings"].label_from_instance = lambda row: (
            f"{row.household.area.name} {row.household.head_name}户"
            f"（{row.get_order_display()}，{row.valid_from}起）"
        )
        self.order_fields(["pairings", "helper", "on", "reason", "document"])


class EndPairingForm(forms.Form):
    """From which day a pairing holds no longer, and why."""

    on = DayField(label="终止时间", help_text="从这一天起不再帮扶，帮扶人不再看到这一户。")
    reason = forms.CharField(label="原因", max_length=200)
    document = forms.CharField(label="文件", max_length=200, required=False)


class HelperFilter(forms.Form):
    """Looking for a helper by name or pinyin initials."""

    q = forms.CharField(label="姓名或拼音首字母", required=False, max_length=40)

    def chosen(self, helpers):
        """The helpers that the typed text names; all without one."""
        text = self.cleaned_data.get("q", "").strip() if self.is_valid() else ""
        if not text:
            return helpers
        return helpers.filter(
            Q(name__startswith=text)
            | Q(initials__startswith=text.lower())
            | Q(pinyin__startswith=text.lower())
        )
