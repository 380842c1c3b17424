"""When, by whom and how facts were collected: the last block of every form of facts (采集信息)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from households.options.sources import ENTERED, SOURCES, VISIT
from households.services.fact_rows import checked_day
from poverty.web.controls import DayField


class CollectingForm(forms.Form):
    """采集日期, 信息来源, 采集人, 补录原因, for facts of a year in an area.

    `visits`: whether a visit can be chosen (a bureau does not visit); `collector`: whether the row keeps who
    collected; `carried`: whether there are facts of last year to be confirmed.
    """

    happened_on = DayField(label="采集日期", help_text="入户或纸质表上的日期，不是录入的日期。")
    source = forms.ChoiceField(
        label="信息来源",
        choices=[(key, SOURCES.label(key)) for key in (VISIT, ENTERED)],
        widget=forms.RadioSelect,
        help_text="到户里看过、问过的选“入户走访”，入户日期随之更新。",
    )
    decided_by_name = forms.CharField(
        label="采集人", max_length=40, required=False, help_text="代别人录入时填采集的人，空着就是您自己。"
    )
    late_reason = forms.CharField(
        label="补录原因",
        max_length=200,
        required=False,
        help_text="采集日期已过去较久时必填，例如：外出核实后集中录入。",
    )
    confirmed = forms.BooleanField(label="沿用上年的各项已逐项核对，与实际一致", required=False)

    def __init__(
        self, *args, user, area_code: str, year: int, visits=True, collector=True, carried=False, **kwargs
    ):
        self.area_code, self.year = area_code, year
        initial = {"happened_on": timezone.localdate(), "source": first_source(user)}
        super().__init__(*args, initial=initial, **kwargs)
        if not visits:
            del self.fields["source"]
        if not collector:
            del self.fields["decided_by_name"]
        if not carried:
            del self.fields["confirmed"]

    def clean(self):
        """A late entry needs its reason, and the day must belong to the year: said with all other faults at once."""
        cleaned = super().clean()
        if "happened_on" in cleaned and "late_reason" in cleaned:
            try:
                checked_day(self.area_code, self.year, cleaned["happened_on"], cleaned["late_reason"])
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def arguments(self) -> dict:
        """What the services take besides the facts: happened_on, source, late_reason, decided_by_name."""
        return {name: value for name, value in self.cleaned_data.items() if name != "confirmed"}


def first_source(user) -> str:
    """A helper stands in the household when he writes; the office types what others brought."""
    return VISIT if user.scope("survey.edit").paired else ENTERED


def accept(error: ValidationError, *forms_in_order: forms.BaseForm, names=None) -> None:
    """Put a service's refusal at the fields it names, in the first form that has them; the rest at the first form.

    `names` translates a name of the service into the form's ({"wage_income": "none_wage"}).
    """
    if not hasattr(error, "error_dict"):
        forms_in_order[0].add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        shown = (names or {}).get(name, name)
        form = next((one for one in forms_in_order if shown in one.fields), None)
        if form is None:
            forms_in_order[0].add_error(None, [text for one in faults for text in one.messages])
        else:
            form.add_error(shown, faults)
