"""The facts of a person for a year; what his age makes likely stands first, nothing is out of reach."""

from django import forms

from households.forms.facts import FactsForm, Section
from households.models import MemberSurvey
from households.options.allowances import DESTITUTE_SUPPORTS, SUBSISTENCE_ALLOWANCES
from households.options.health_states import HEALTH_STATES, HEALTHY
from households.options.school_status import NOT_AT_SCHOOL, SCHOOL_STATUSES
from households.services.member_surveys import summary_of
from poverty.web import questions

SCHOOL = (
    "school_status",
    "school_name",
    "dropout_reason",
    "school_exemption",
    "education_level",
    "graduated_grade_nine",
)
HEALTH = ("health_states", "disease_name", "disability_kind", "disability_card_year")
INSURANCE = (
    "resident_insurance",
    "employee_insurance",
    "serious_illness_insurance",
    "commercial_insurance",
    "resident_pension",
    "employee_pension",
    "accident_insurance_subsidy",
)
WORK = (
    "labour_skill",
    "work_place",
    "work_area",
    "work_months",
    "work_enterprise",
    "works_abroad",
    "work_industry",
    "employment_channel",
    "public_post_type",
    "public_post_months",
)
ALLOWANCES = (
    "receives_dibao",
    "dibao_kind",
    "receives_tekun",
    "tekun_kind",
    "received_illness_aid",
    "received_other_health_aid",
)
OTHER = ("special_state", "political_status", "speaks_mandarin", "is_relocated")
BLOCKS = {
    "school": ("上学", SCHOOL),
    "health": ("健康", HEALTH),
    "insurance": ("医保和养老", INSURANCE),
    "work": ("劳动和务工", WORK),
    "allowances": ("低保、特困和救助", ALLOWANCES),
    "other": ("其他", OTHER),
}
SCHOOL_AGES = range(3, 21)
_WORKING_AGE = 16
_OLD = 60
_HELP = {
    "school_status": "在校的填年级；不在校选“非在校生”，并填文化程度。",
    "dropout_reason": "义务教育阶段不在校的，填原因。",
    "school_exemption": "教育部门批准的才填。",
    "graduated_grade_nine": "以教育部门学籍比对为准。",
    "health_states": "可多选；选“健康”的不再选其他。",
    "resident_insurance": "在本地或外地参加都算“是”。",
    "employee_insurance": "居民和职工医保参加一种即可。",
    "work_months": "全年在外务工累计月数，0 至 12。",
    "work_area": "填到县，例如：浙江省义乌市。",
    "public_post_months": "0 至 12。",
    "special_state": "现役、服刑、失踪的，基本医疗按规定不考核。",
    "disability_card_year": "例如 2016。",
}
_AT_SCHOOL = set(SCHOOL_STATUSES.keys_where(lambda status: status.is_enrolled))


def order_of(age: int | None) -> list[tuple[str, bool]]:
    """(block, folded) as the age makes likely: school first for 3 to 20, work folded for children, and so on."""
    if age is None:
        return [(block, False) for block in BLOCKS]
    if age in SCHOOL_AGES:
        shown, folded = ["school", "insurance", "health"], ["allowances", "other"]
        if age >= _WORKING_AGE:
            shown.append("work")
        else:
            folded.insert(0, "work")
    elif age >= _OLD:
        shown, folded = ["insurance", "health", "allowances"], ["work", "school", "other"]
    elif age >= _WORKING_AGE:
        shown, folded = ["work", "insurance", "health", "allowances"], ["school", "other"]
    else:
        shown, folded = ["insurance", "health"], ["allowances", "school", "work", "other"]
    return [(block, False) for block in shown] + [(block, True) for block in folded]


class MemberFactsForm(FactsForm):
    """Schooling, health, insurance, work, allowances of a person. `age`: full years at the accounting period's end,
    None when the birth date is not known. `names`: only these.
    """

    health_states = forms.MultipleChoiceField(
        label="健康状况",
        choices=HEALTH_STATES.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请从列表中选择。"},
    )

    class Meta(FactsForm.Meta):
        model = MemberSurvey
        fields = (*SCHOOL, *HEALTH, *INSURANCE, *WORK, *ALLOWANCES, *OTHER)

    def __init__(self, *args, age: int | None = None, names=None, instance: MemberSurvey, **kwargs):
        kwargs.setdefault("initial", {"health_states": instance.health_state_keys})
        super().__init__(*args, instance=instance, **kwargs)
        self.age = age
        # On a page of several persons a fault says whose it is.
        self.about = instance.member.name if self.prefix else ""
        for name in [*self.fact_names]:
            if names is not None and name not in names:
                del self.fields[name]
        for name, text in _HELP.items():
            if name in self.fields:
                self.fields[name].help_text = text

    @property
    def fact_names(self) -> list[str]:
        """The facts that are asked here."""
        return [name for name in self._meta.fields if name in self.fields]

    def typed_of(self, name, value):
        """健康状况 is a text of keys in the row and a list in the form; shown as words beside the field."""
        return HEALTH_STATES.labels(value.split(",")) if name == "health_states" and value else value

    def stored_of(self, name, value):
        """The keys in the order of the list."""
        if name != "health_states":
            return value
        return ",".join(key for key, _ in HEALTH_STATES.choices if key in value)

    def sections(self) -> list[Section]:
        """The blocks in the order that fits the age."""
        found = [
            self.section(BLOCKS[block][0], block, BLOCKS[block][1], folded=folded)
            for block, folded in order_of(self.age)
        ]
        return [one for one in found if one.facts]

    def clean(self):
        """Contradictions are refused at the field; what is only unlikely is asked about."""
        cleaned = super().clean()
        health = cleaned.get("health_states") or []
        if HEALTHY in health and len(health) > 1:
            self.add_error("health_states", "选了“健康”，不能再选患病或残疾。")
        for flag, kind, options, what in (
            ("receives_dibao", "dibao_kind", SUBSISTENCE_ALLOWANCES, "低保"),
            ("receives_tekun", "tekun_kind", DESTITUTE_SUPPORTS, "特困供养"),
        ):
            chosen = options.get(cleaned.get(kind) or "")
            if chosen and cleaned.get(flag) is not None and chosen.is_received != cleaned[flag]:
                self.add_error(kind, f"与“{what}”的是、否不一致，请核对。")
        if cleaned.get("school_status") in _AT_SCHOOL and cleaned.get("dropout_reason"):
            self.add_error("dropout_reason", "在校的不填失学或辍学原因。")
        self._ask(cleaned)
        return cleaned

    def _ask(self, cleaned: dict) -> None:
        if self.age is None:
            return
        if (cleaned.get("work_months") or 0) > 0 and self.age < _WORKING_AGE:
            questions.ask(self, "work_months", f"{self.age}周岁，未满16周岁却填了务工，请核对。")
        if cleaned.get("school_status") == NOT_AT_SCHOOL and cleaned.get("dropout_reason") and self.age > 18:
            questions.ask(self, "dropout_reason", f"{self.age}周岁，已过上学年龄，请核对。")

    def changed_by(self, name: str) -> str:
        """Who changed it last, from the log of the household, among the entries about this person."""
        member = self.instance.member
        if member.household_id is None:
            return ""
        summary = summary_of(member, self.instance.year)
        return self.who_changed(member.household_id, "households.member_survey.save", name, summary)
