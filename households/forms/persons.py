"""What is typed about a person and about a household itself."""

from django import forms
from django.utils import timezone

from households.models import Household, Member
from households.options.causes import CAUSES
from households.options.document_types import DOCUMENT_TYPES, RESIDENT_ID
from households.options.ethnic_groups import ETHNIC_GROUPS
from households.options.relations import HEAD, RELATIONS
from households.options.sexes import SEXES, UNKNOWN_SEX
from households.services.persons import PERSON_FIELDS
from households.services.registration import RECORD_FIELDS
from poverty.audit.models import Entry
from poverty.fields.bank import parse_bank
from poverty.fields.identity import check_against, parse_identity
from poverty.fields.phone import parse_phone
from poverty.web import questions
from poverty.web.controls import DayField, YesNoUnknown
from poverty.web.merging import MergingForm

PLEASE = ("", "请选择")
RELATION_CHOICES = [PLEASE, *((key, label) for key, label in RELATIONS.choices if key != HEAD)]
SEX_CHOICES = [PLEASE, *((key, label) for key, label in SEXES.choices if key != UNKNOWN_SEX)]
NUMBER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


def ask_about_number(form: forms.BaseForm, name: str = "identity") -> None:
    """Question a number that is odd though not wrong."""
    identity = parse_identity(form.cleaned_data.get(name), form.cleaned_data.get("document_type") or None)
    if identity.number and not identity.refused and identity.questioned:
        questions.ask(form, name, " ".join(identity.questioned))


def refuse_numbers(form: forms.BaseForm) -> None:
    """Refuse what the numbers themselves show to be wrong, together with all other faults of the page."""
    data = form.cleaned_data
    identity = parse_identity(data.get("identity"), data.get("document_type") or None)
    if data.get("identity"):
        found = {"identity": identity.refused} if identity.refused else {}
        found |= check_against(identity, data.get("birth_date"), data.get("sex"))
        for name, texts in found.items():
            form.add_error(name, texts)
    if data.get("phone") and (refused := parse_phone(data["phone"]).refused):
        form.add_error("phone", refused)


class PersonForm(forms.Form):
    """A person as the papers show him; birth date and sex come from the number when they are left out."""

    name = forms.CharField(label="姓名", max_length=40)
    document_type = forms.ChoiceField(
        label="证件类型", choices=DOCUMENT_TYPES.choices, initial=RESIDENT_ID, required=False
    )
    identity = forms.CharField(
        label="证件号码",
        max_length=40,
        required=False,
        help_text="照证件填写。没有证件的新生儿可先不填，落户后再补。",
        widget=forms.TextInput(attrs=NUMBER),
    )
    sex = forms.ChoiceField(
        label="性别", choices=SEX_CHOICES, required=False, help_text="填了身份证号的可不填。"
    )
    birth_date = DayField(label="出生日期", required=False, help_text="填了身份证号的可不填。")
    ethnic_group = forms.ChoiceField(label="民族", choices=[PLEASE, *ETHNIC_GROUPS.choices], required=False)
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def clean(self):
        """Wrong numbers are refused, odd ones are asked about."""
        cleaned = super().clean()
        refuse_numbers(self)
        ask_about_number(self)
        return cleaned

    def person(self) -> dict:
        """The data of new_person."""
        return {name: self.cleaned_data[name] for name in PERSON_FIELDS if name in self.cleaned_data}


class FurtherMemberForm(forms.Form):
    """One more member of a new household; an empty row is nobody."""

    name = forms.CharField(label="姓名", max_length=40, required=False)
    relation = forms.ChoiceField(label="与户主关系", choices=RELATION_CHOICES, required=False)
    identity = forms.CharField(
        label="证件号码", max_length=40, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    sex = forms.ChoiceField(label="性别", choices=SEX_CHOICES, required=False)
    birth_date = DayField(label="出生日期", required=False)

    def clean(self):
        """Whatever is filled in belongs to somebody with a name."""
        cleaned = super().clean()
        if any(cleaned.values()) and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "请填写姓名；不需要这一行的，请清空。")
        if cleaned.get("name") and not cleaned.get("relation") and "relation" not in self.errors:
            self.add_error("relation", "请选择与户主关系。")
        refuse_numbers(self)
        return cleaned

    @property
    def is_filled(self) -> bool:
        """Whether somebody stands in this row."""
        return bool(self.cleaned_data.get("name"))


FurtherMembers = forms.formset_factory(FurtherMemberForm, extra=0, max_num=20, absolute_max=25)


class CorrectingForm(MergingForm):
    """A form over a row whose numbers are typed anew to be changed; who changed what last is told from the
    log.
    """

    numbers: tuple[str, ...] = ()
    log_case = ""

    reason = forms.CharField(
        label="更正原因", max_length=200, required=False, help_text="例如：对照户口本更正。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.choices[0][0] == "":
                field.choices = [("", "未填"), *field.choices[1:]]
        for name in self.numbers:
            stored = getattr(self.instance, name)
            if stored is not None:
                self.fields[name].help_text = f"已登记 {stored.masked}，不改则留空。"

    def changed_by(self, name: str) -> str:
        """Who changed the field last and when, from the log."""
        entries = Entry.objects.filter(case_type=self.log_case, case_id=self.instance.pk)
        last = entries.filter(changes__has_key=name).select_related("actor").order_by("-pk").first()
        return (
            f"{last.actor.name if last.actor else '系统'} {timezone.localtime(last.at):%Y-%m-%d}"
            if last
            else ""
        )

    def _post_clean(self):
        """The service validates the whole row; the instance in hand is never saved."""

    def data_for(self, names: tuple[str, ...]) -> dict:
        """What the service takes: a number that was not typed is left as it is."""
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {name: value for name, value in values.items() if name not in self.numbers or value.strip()}


class CorrectPersonForm(CorrectingForm):
    """What is on record about a person, to be corrected."""

    not_merged = ("identity", "phone", "reason")
    numbers = ("identity", "phone")
    log_case = "households.member"

    identity = forms.CharField(
        label="证件号码", max_length=40, required=False, widget=forms.TextInput(attrs=NUMBER)
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    class Meta:
        model = Member
        fields = ("name", "sex", "birth_date", "ethnic_group", "document_type", "member_no")
        field_classes = {"birth_date": DayField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member_no"].help_text = "全国系统给出后填写，没有的留空，不要自编。"
        self.order_fields(
            ["name", "document_type", "identity", "sex", "birth_date", "ethnic_group", "phone", "member_no"]
        )

    def clean(self):
        """Odd numbers are asked about; a changed number says why."""
        cleaned = super().clean()
        ask_about_number(self)
        if cleaned.get("identity", "").strip() and not cleaned.get("reason", "").strip():
            self.add_error("reason", "更正证件号码须写明原因。")
        return cleaned

    def person(self) -> dict:
        """The data of update_person."""
        return self.data_for(PERSON_FIELDS)


class RecordForm(CorrectingForm):
    """What is on record about the household itself, to be corrected."""

    not_merged = ("phone", "bank_account", "reason")
    numbers = ("phone", "bank_account")
    log_case = "households.household"

    other_causes = forms.MultipleChoiceField(
        label="其他致贫原因",
        choices=CAUSES.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="最多两项，不与主要致贫原因相同。",
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    bank_account = forms.CharField(
        label="银行卡号/账号", max_length=40, required=False, widget=forms.TextInput(attrs=NUMBER)
    )

    class Meta:
        model = Household
        fields = tuple(name for name in RECORD_FIELDS if name not in {"phone", "bank_account"})
        field_classes = {
            "identified_on": DayField,
            "is_military_family": YesNoUnknown,
            "is_family_planning_household": YesNoUnknown,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["household_no"].help_text = "全国系统给出后填写，没有的留空，不要自编。"
        del self.fields["reason"]

    def clean(self):
        """Two causes at most; odd accounts are asked about."""
        cleaned = super().clean()
        causes = cleaned.get("other_causes", [])
        if len(causes) > 2:
            self.add_error("other_causes", "其他致贫原因最多选两项。")
        elif cleaned.get("main_cause") and cleaned["main_cause"] in causes:
            self.add_error("other_causes", "不能与主要致贫原因相同。")
        account = parse_bank(cleaned.get("bank_account"))
        if account.number and not account.refused and account.questioned:
            questions.ask(self, "bank_account", " ".join(account.questioned))
        return cleaned

    def record_data(self) -> dict:
        """The data of update_record."""
        return self.data_for(RECORD_FIELDS)
