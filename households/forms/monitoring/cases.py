"""What the visit, the comparison, a measure and the next step of a monitoring case ask."""

from django import forms
from django.utils import timezone

from households.forms.persons import PLEASE
from households.models import CaseComparison, MonitoringCase
from households.monitoring.cases import IDENTIFY, MOST_RISKS, VISIT_FIELDS
from households.options.comparison_subjects import COMPARISON_SUBJECTS
from households.options.measure_groups import MEASURE_GROUPS
from households.options.risk_types import RISK_TYPES
from poverty.web.controls import DayField, MoneyField, YesNoUnknown

_RISKS = [("", "—"), *RISK_TYPES.choices]
_ASKED_OF_REMOVAL = ("removal_method", "income_stable", "guarantees_stable", "risk_gone", "no_new_risk")


_YES_NO = (
    "education_issue",
    "insurance_issue",
    "housing_issue",
    "water_issue",
    "without_labour",
    *_ASKED_OF_REMOVAL[1:],
)


class VisitForm(forms.ModelForm):
    """入户核实: facts, the signed authorisation, and up to five risks. Saved in part, moved on when whole."""

    class Meta:
        model = MonitoringCase
        fields = tuple(name for name in VISIT_FIELDS if name != "contact_phone")
        field_classes = {
            "visited_on": DayField,
            "authorized_on": DayField,
            "net_income_per_head": MoneyField,
            "self_paid": MoneyField,
            **dict.fromkeys(_YES_NO, YesNoUnknown),
        }
        widgets = {
            "difficulties": forms.Textarea(attrs={"rows": 3}),
            "ability": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "visitors": "两人以上，用顿号分开。",
            "net_income_per_head": "核算到入户的上个月，往前12个月。",
            "self_paid": "看病等合规自付的花费，没有的填0。",
            "ability": "存款、存粮、亲属帮助、保险理赔等。",
            "contact_name": "村里负责联系这户的人。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        case = self.instance
        self.fields["contact_phone"] = forms.CharField(
            label="联系方式", max_length=20, required=False, help_text="不填的保持原来的号码。"
        )
        if case.purpose == IDENTIFY:
            for name in _ASKED_OF_REMOVAL:
                del self.fields[name]
            chosen = [one.risk for one in case.risks.all()]
            for number in range(1, MOST_RISKS + 1):
                self.fields[f"risk{number}"] = forms.ChoiceField(
                    label=f"风险{number}",
                    choices=_RISKS,
                    required=False,
                    initial=chosen[number - 1] if number <= len(chosen) else "",
                )
        else:
            del self.fields["category"]
        for name in self.fields:
            self.fields[name].required = False

    @property
    def risk_fields(self):
        """The fields of the risks, for the page."""
        return [
            self[f"risk{number}"] for number in range(1, MOST_RISKS + 1) if f"risk{number}" in self.fields
        ]

    def values(self) -> dict:
        """What save_visit writes; an empty telephone number keeps the one that is there."""
        values = {name: self.cleaned_data[name] for name in VISIT_FIELDS if name in self.cleaned_data}
        if not values.get("contact_phone"):
            values.pop("contact_phone", None)
        return values

    def risks(self) -> list[str] | None:
        """The risks in their order; None for a removal."""
        if self.instance.purpose != IDENTIFY:
            return None
        chosen = (self.cleaned_data.get(f"risk{number}") for number in range(1, MOST_RISKS + 1))
        return [one for one in chosen if one]


class ComparisonForm(forms.Form):
    """What one bureau says."""

    result = forms.ChoiceField(
        label="结果", choices=[("", "未比对"), *CaseComparison.Result.choices], required=False
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, data, *, subject: str, known: CaseComparison | None, **kwargs):
        initial = {"result": known.result, "note": known.note} if known else {}
        super().__init__(data, prefix=subject, initial=initial, **kwargs)
        self.subject, self.known = subject, known
        self.label = self.about = COMPARISON_SUBJECTS.label(subject)

    def clean(self):
        """A hit says what it is."""
        cleaned = super().clean()
        if cleaned.get("result") not in ("", None, CaseComparison.Result.NOTHING) and not cleaned.get("note"):
            self.add_error("note", f"{self.label}有疑点的请写明是什么、怎么核实的。")
        return cleaned


class BasisForm(forms.Form):
    """On what ground and when the bureaus were asked."""

    legal_basis = forms.CharField(label="比对依据", max_length=200, initial="农户承诺授权书")
    compared_on = DayField(label="比对日期")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("compared_on", timezone.localdate())


class StepForm(forms.Form):
    """A step as it stands on paper."""

    happened_on = DayField(label="办理日期")
    document_name = forms.CharField(label="文件", max_length=200, required=False)
    comment = forms.CharField(
        label="意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    decided_by_name = forms.CharField(
        label="签字人", max_length=60, required=False, help_text="代他人录入时填写，并注明签字材料。"
    )
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False)

    def __init__(self, *args, transition, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("happened_on", timezone.localdate())
        self.fields["document_name"].required = transition.needs_document
        self.fields["comment"].required = transition.needs_comment
        if transition.needs_comment:
            self.fields["comment"].label = "原因"
        if transition.name == "record_case":
            self.fields["national_entry"] = forms.CharField(
                label="系统录入凭据", max_length=100, help_text="例如：2024-03-14 录入，批次号。"
            )


class MeasureForm(forms.Form):
    """A measure from a day on."""

    group = forms.ChoiceField(label="措施类别", choices=[PLEASE, *MEASURE_GROUPS.choices])
    risk = forms.ChoiceField(label="针对的风险", choices=_RISKS, required=False)
    content = forms.CharField(label="帮扶内容", max_length=200)
    begins_on = DayField(label="开始日期")
    ends_on = DayField(label="结束日期", required=False, help_text="还在进行的留空。")
    responsible = forms.CharField(label="责任单位或责任人", max_length=60)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("begins_on", timezone.localdate())


class StateForm(forms.Form):
    """A change of the state of an object of monitoring."""

    comment = forms.CharField(label="原因", max_length=200)
    document_name = forms.CharField(label="依据文件", max_length=200)
