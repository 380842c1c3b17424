"""Filters of the gap list, giving a gap to somebody, and who is responsible for what."""

from django import forms
from django.utils import timezone

from households.forms.persons import PLEASE
from households.gaps.assigning import may_be_assigned
from households.gaps.models_gaps import LACKS
from households.gaps.options import GAP_SUBJECTS
from households.models import Gap
from households.options.need_parties import NEED_PARTIES
from poverty.accounts.models import User
from poverty.web.controls import CountField, DayField

_ALL = ("", "全部")


class GapFilterForm(forms.Form):
    """What lacks, how, who closes it, whether it is late, whether it is one's own."""

    indicator = forms.ChoiceField(label="缺项", choices=[_ALL, *GAP_SUBJECTS.choices], required=False)
    state = forms.ChoiceField(label="情形", choices=[_ALL, *LACKS], required=False)
    party = forms.ChoiceField(label="由谁补", choices=[_ALL, *NEED_PARTIES.choices], required=False)
    late = forms.ChoiceField(label="逾期", choices=[_ALL, ("yes", "已逾期")], required=False)
    mine = forms.ChoiceField(label="归我办", choices=[_ALL, ("yes", "归我办的")], required=False)

    def narrowed(self, rows, user):
        """The gaps that fit; nothing that cannot be read narrows."""
        values = self.cleaned_data if self.is_valid() else {}
        for name in ("indicator", "state", "party"):
            if values.get(name):
                rows = rows.filter(**{name: values[name]})
        if values.get("late"):
            rows = rows.filter(due_on__lt=timezone.localdate())
        return rows.put_to(user) if values.get("mine") else rows


class AssignForm(forms.Form):
    """A person, another party, another day; with the reason."""

    person = forms.ModelChoiceField(
        label="责任人", queryset=User.objects.none(), required=False, empty_label="不指定"
    )
    party = forms.ChoiceField(label="由谁补", choices=NEED_PARTIES.choices, required=False)
    due_on = DayField(label="期限", required=False, future=True)
    reason = forms.CharField(
        label="调整原因", max_length=200, required=False, help_text="调整期限或责任方时必须写明。"
    )

    def __init__(self, *args, gap: Gap, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = may_be_assigned(gap.household).select_related("unit")
        self.fields["person"].label_from_instance = _named
        self.initial.update({"person": gap.assigned_to_id, "party": gap.party, "due_on": gap.due_on})


def _named(user: User) -> str:
    return f"{user.name}（{user.unit}）" if user.unit_id else user.name


class ResponsibilityForm(forms.Form):
    """Who closes a kind of gap in the county from a day on."""

    indicator = forms.ChoiceField(label="缺项", choices=[PLEASE, *GAP_SUBJECTS.choices])
    state = forms.TypedChoiceField(label="情形", choices=[PLEASE, *LACKS], coerce=int)
    party = forms.ChoiceField(label="由谁补", choices=[PLEASE, *NEED_PARTIES.choices])
    days = CountField(
        label="期限",
        unit="天",
        required=False,
        min_value=1,
        max_value=366,
        help_text="不填的按地方参数的天数。",
    )
    valid_from = DayField(label="起", future=True)
    document_name = forms.CharField(label="依据", max_length=200, help_text="责任分工文件的名称或文号。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_from", timezone.localdate())
