"""Taking a need in, answering it, the filters of its list."""

from django import forms
from django.utils import timezone

from households.forms.monitoring.clues import OwnHouseholdField
from households.forms.once import OnceForm
from households.forms.persons import PLEASE
from households.models import Household
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from poverty.web.controls import DayField

_ALL = ("", "全部")


class NeedFilterForm(forms.Form):
    """By kind and by who answers."""

    kind = forms.ChoiceField(label="诉求类别", choices=[_ALL, *NEED_KINDS.choices], required=False)
    whom = forms.ChoiceField(label="由谁答复", choices=[_ALL, *NEED_PARTIES.choices], required=False)


class NeedForm(OnceForm):
    """What the household asks for, and to whom it is put."""

    household = OwnHouseholdField(label="户")
    kind = forms.ChoiceField(label="诉求类别", choices=[PLEASE, *NEED_KINDS.choices])
    text = forms.CharField(
        label="诉求内容",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="按农户的原话写：要解决什么。不写证件号码、银行卡号。",
    )
    whom = forms.ChoiceField(label="由谁答复", choices=[PLEASE, *NEED_PARTIES.choices])
    raised_on = DayField(label="提出日期")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, user, household: Household | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        if household is None:
            self.fields["household"].of(user, "need.raise")
        else:
            del self.fields["household"]
        self.initial.setdefault("raised_on", timezone.localdate())

    def arguments(self) -> dict:
        """What raise_need takes."""
        return {"household": self.household, **self.cleaned_data}


class AnswerForm(forms.Form):
    """What is done with a need, and what the household is told."""

    action = forms.ChoiceField(label="怎么办理")
    reply = forms.CharField(
        label="答复或原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="答复、办结、办不了的内容要告诉农户，请写农户看得懂的话；转交和退回的写原因。",
    )
    whom = forms.ChoiceField(label="转交给", choices=[("", "—"), *NEED_PARTIES.choices], required=False)
    on = DayField(label="办理日期")
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, actions: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = actions
        if "pass_on" not in dict(actions):
            del self.fields["whom"]
        self.initial.setdefault("on", timezone.localdate())

    def arguments(self) -> dict:
        """What answer_need takes."""
        return dict(self.cleaned_data)


class ToldForm(forms.Form):
    """When the household was told."""

    on = DayField(label="告知农户日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())
