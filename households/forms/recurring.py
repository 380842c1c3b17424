"""Setting up a recurring table: how often, whom it asks about, what is to be filled."""

from django import forms

from households.models import RecurringRequest
from households.querysets_requests import ISSUE
from households.requests.columns import KINDS
from households.requests.conditions import Ask, Condition
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names

MOST_ASKED = 6


class RecurringForm(forms.Form):
    """How often it comes, and how long the villages have."""

    title = forms.CharField(label="标题", max_length=80, help_text="例如：务工情况月报。")
    every = forms.ChoiceField(label="周期", choices=RecurringRequest.Every.choices)
    days = forms.IntegerField(
        label="填报天数",
        min_value=1,
        max_value=60,
        initial=3,
        help_text="下发后这么多天，到当天 18:00 截止。",
    )
    area = forms.ChoiceField(label="县")
    instructions = forms.CharField(
        label="填报说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data=None, *, user, now):
        super().__init__(data)
        codes = list(
            Area.objects.inside_scope(user, ISSUE)
            .filter(level=Level.COUNTY, valid_to=None)
            .order_by("code")
            .values_list("code", flat=True)[:500]
        )
        names = full_names(codes)
        self.fields["area"].choices = [(code, names.get(code, code)) for code in codes]
        self.initial = {"area": now.area_code[:6], "days": 3}


class AskForm(forms.Form):
    """One column to fill; without a heading there is none."""

    heading = forms.CharField(label="填什么", max_length=60, required=False)
    kind = forms.ChoiceField(label="种类", choices=KINDS)
    options = forms.CharField(label="选项（逗号分开）", required=False, max_length=500)
    needed = forms.BooleanField(label="必填", required=False)

    def asked(self) -> Ask | None:
        """The column as the service wants it."""
        values = self.cleaned_data
        heading = "".join(values["heading"].split())
        if not heading:
            return None
        said = values["options"].replace("，", ",").replace("、", ",").split(",")
        options = tuple(one.strip() for one in said if one.strip()) if values["kind"] == "option" else ()
        return heading, values["kind"], options, values["needed"]


def ask_forms(condition: Condition, data=None) -> list[AskForm]:
    """A form for each column to fill, with the condition's own proposed, and some for more."""
    proposed = [
        {"heading": heading, "kind": kind, "options": "，".join(options), "needed": needed}
        for heading, kind, options, needed in condition.asks
    ]
    empty = {"kind": "text", "needed": True}
    proposed += [empty] * (MOST_ASKED - len(proposed))
    return [AskForm(data, prefix=f"ask{place}", initial=one) for place, one in enumerate(proposed)]
