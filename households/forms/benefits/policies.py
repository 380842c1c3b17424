"""A policy of the catalogue: its fields, one condition at a time, and taking policies over from the reference."""

from django import forms

from households.benefits.catalogue import CATALOGUE
from households.benefits.conditions import CONDITIONS
from households.benefits.fields import FIELDS
from households.options.income_items import BESIDE, EXPENSE, INCOME_GROUPS, INCOME_ITEMS
from households.options.policy_options import (
    AMOUNT_RULES,
    FREQUENCIES,
    HOUSEHOLD,
    LINES,
    MEMBER,
    POLICY_GROUPS,
    POLICY_LEVELS,
    TERMS,
)
from poverty.accounts.options.sectors import SECTORS
from poverty.web.controls import CountField, DayField, MoneyField, PercentField

PLEASE = ("", "请选择")
_NONE = ("", "没有")


def _items() -> list:
    """Items that count, by group."""
    found = [("", "不计入收入")]
    for group in INCOME_GROUPS:
        if group.key not in (BESIDE, EXPENSE):
            own = [(one.key, one.label) for one in INCOME_ITEMS if one.group == group.key and one.counts]
            found.append((group.label, own))
    return found


class DocumentForm(forms.Form):
    """The paper that a policy comes from."""

    document_name = forms.CharField(label="文件名称", max_length=200, required=False)
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    document_date = DayField(label="发文日期", required=False)


class PolicyForm(DocumentForm):
    """Everything of a policy but its conditions, which are chosen on a page of their own."""

    code = forms.SlugField(
        label="政策代号",
        max_length=40,
        help_text="字母、数字，例如 yulu；以后的版本沿用。",
        error_messages={"invalid": "只用字母、数字、下划线和短横。"},
    )
    name = forms.CharField(label="政策名称", max_length=60)
    group = forms.ChoiceField(label="类别", choices=[PLEASE, *POLICY_GROUPS.choices])
    sector = forms.ChoiceField(label="行业部门", choices=[PLEASE, *SECTORS.choices])
    level = forms.ChoiceField(label="享受单位", choices=POLICY_LEVELS.choices, widget=forms.RadioSelect)
    content = forms.CharField(label="政策内容", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    year_from = CountField(label="起始年度", unit="年")
    year_to = CountField(label="截止年度", unit="年", required=False, help_text="长期执行的不填。")
    frequency = forms.ChoiceField(label="发放方式", choices=FREQUENCIES.choices)
    rule = forms.ChoiceField(label="金额规则", choices=AMOUNT_RULES.choices)
    amount = MoneyField(
        label="金额", required=False, help_text="定额填每期金额，按单位填单价，限额填最高金额。"
    )
    unit = forms.CharField(label="计量单位", max_length=20, required=False, help_text="按单位计算的才填。")
    line = forms.ChoiceField(label="对照标准线", choices=[_NONE, *LINES.choices], required=False)
    share = PercentField(label="差额比例", required=False, help_text="例如差额的 50%。")
    income_item = forms.ChoiceField(label="计入的收入项目", choices=_items, required=False)
    not_counted = forms.CharField(
        label="不计入收入的原因",
        max_length=200,
        required=False,
        help_text="不计入的写明原因，例如专款专用、一次性。",
    )
    spring_check = forms.CharField(
        label="春季核定期限", max_length=5, required=False, help_text="月-日，例如 06-10。"
    )
    spring_pay = forms.CharField(label="春季发放期限", max_length=5, required=False)
    autumn_check = forms.CharField(label="秋季核定期限", max_length=5, required=False)
    autumn_pay = forms.CharField(label="秋季发放期限", max_length=5, required=False)
    source = forms.CharField(label="来源说明", max_length=200, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, policy=None):
        super().__init__(
            data, initial=initial_of(policy) if policy else {"level": MEMBER, "frequency": "year"}
        )
        if policy is not None:
            del self.fields["code"]

    def values(self) -> dict:
        """Fields of a policy as typed; conditions stay as they are."""
        given = self.cleaned_data
        terms = [
            {"period": key, "check_by": given[f"{key}_check"], "pay_by": given[f"{key}_pay"]}
            for key in TERMS.keys
        ]
        return {name: given[name] for name in FIELDS if name in given} | {"terms": terms}


def initial_of(policy) -> dict:
    """What the form of a draft shows."""
    shown = {name: getattr(policy, name) for name in FIELDS} | {"version": policy.edited_at.isoformat()}
    for one in policy.terms:
        shown |= {f"{one['period']}_check": one["check_by"], f"{one['period']}_pay": one["pay_by"]}
    return shown


def condition_kinds(level: str) -> list[tuple[str, str]]:
    """The conditions that may be added to a policy of a level."""
    return [
        (one.key, f"有成员：{one.label}" if level == HOUSEHOLD and one.of == MEMBER else one.label)
        for one in CONDITIONS.values()
    ]


class ConditionForm(forms.Form):
    """The parameters of one kind of condition."""

    turned = forms.BooleanField(label="反过来：不符合这一条的才享受", required=False)

    def __init__(self, data=None, *, spec):
        super().__init__(data)
        self.spec = spec
        for one in reversed(spec.parameters):
            if one.options is not None:
                field = forms.MultipleChoiceField(
                    label=one.label,
                    choices=one.options.choices,
                    widget=forms.CheckboxSelectMultiple,
                    error_messages={"required": "请至少选一项。"},
                )
            else:
                field = CountField(label=one.label)
            self.fields = {one.name: field, **self.fields}

    def value(self) -> dict:
        """The condition as a policy keeps it."""
        given = {one.name: self.cleaned_data[one.name] for one in self.spec.parameters}
        return {"key": self.spec.key, **given} | ({"not": True} if self.cleaned_data["turned"] else {})


class CatalogueForm(DocumentForm):
    """Which policies of the reference catalogue a county takes over, and by which document."""

    year_from = CountField(label="起始年度", unit="年")
    codes = forms.MultipleChoiceField(
        label="政策",
        choices=[(one.code, one.name) for one in CATALOGUE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一项政策。"},
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
