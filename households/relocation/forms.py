"""Who answers for a household that moves, for what, from when."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from households.models import Household, RelocationCharge
from households.options.relocation_tasks import RELOCATION_TASKS
from households.relocation.querysets import EDIT
from poverty.accounts.models import Posting, Role, Unit, User
from poverty.accounts.services.on_record import find_on_record, put_on_record, units_around
from poverty.sql.prefix import within
from poverty.web import questions
from poverty.web.controls import DayField


def cadres_around(village: str):
    """Village and township cadres of a household's place: who is posted in the village or its township, and who
    answers for another household of the township already.
    """
    today, township = timezone.localdate(), village[:9]
    posted = Posting.objects.open_on(today).filter(
        Q(role=Role.VILLAGE_CLERK, area=village) | Q(role=Role.TOWNSHIP_OFFICER, area=township)
    )
    charged = RelocationCharge.objects.open_on(today).filter(within("household__area_id", [township]))
    rows = User.objects.filter(Q(pk__in=posted.values("user")) | Q(pk__in=charged.values("cadre")))
    return rows.select_related("unit").order_by("pinyin", "id")


class CadreField(forms.ModelChoiceField):
    """A cadre with his unit."""

    def label_from_instance(self, person):
        """王芳　鸭园镇人民政府."""
        return f"{person.name}　{person.unit.name}" if person.unit_id else person.name


class CadreChoice(forms.Form):
    """A cadre of the place from the list, or anybody by name and unit; who is new is put on record after a question."""

    cadre = CadreField(
        label="包扶干部", queryset=User.objects.none(), required=False, empty_label="不在下面，填姓名和单位"
    )
    name = forms.CharField(label="姓名", max_length=40, required=False)
    unit = forms.ModelChoiceField(
        label="单位", queryset=Unit.objects.none(), required=False, empty_label="请选择"
    )
    phone = forms.CharField(
        label="联系电话", max_length=20, required=False, help_text="人员名册里还没有的人填。"
    )
    tasks = forms.MultipleChoiceField(
        label="负责事项",
        choices=RELOCATION_TASKS.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择负责的事项。"},
    )

    def __init__(self, *args, household: Household, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.household, self.actor = household, actor
        self.fields["cadre"].queryset = cadres_around(household.area_id)
        self.fields["unit"].queryset = units_around(household.area_id).order_by("area_id", "name")
        self.initial.setdefault("tasks", list(RELOCATION_TASKS.keys))

    def clean(self):
        """Finds the person."""
        cleaned = super().clean()
        if cleaned.get("cadre"):
            if cleaned.get("name"):
                self.add_error("name", "上面已选了人；要填别的人，请把上面改成“不在下面”。")
            return cleaned
        if "cadre" in self.errors:
            return cleaned
        if not cleaned.get("name"):
            self.add_error("name", "请在上面选人，或填姓名和单位。")
        elif not cleaned.get("unit"):
            self.add_error("unit", "请选择单位。")
        else:
            self._find(cleaned)
        return cleaned

    def _find(self, cleaned) -> None:
        name, unit = cleaned["name"].strip(), cleaned["unit"]
        try:
            cleaned["cadre"] = find_on_record(name=name, unit=unit)
        except ValidationError as error:
            self.add_error("name", error.message_dict.get("name", error.messages))
            return
        if cleaned["cadre"] is None:
            text = f"人员名册里还没有{unit.name}的{name}，保存时登记此人（不开账号），请核对。"
            questions.ask(self, "name", text)

    def chosen(self) -> User:
        """The person, put on record where he is new."""
        given = self.cleaned_data
        return given["cadre"] or put_on_record(
            actor=self.actor,
            right=EDIT,
            place=self.household.area_id,
            name=given["name"],
            unit=given["unit"],
            phone=given.get("phone", ""),
        )


class ChargeForm(CadreChoice):
    """Who answers from a day on."""

    since = DayField(label="开始时间", initial=timezone.localdate)
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, *args, moves: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.moves = moves

    def clean(self):
        """A household that does not move by the facts of the year is asked about."""
        cleaned = super().clean()
        if not self.moves and not self.errors:
            questions.ask(self, "since", "年度信息里该户不是搬迁户，请核对。")
        return cleaned

    def entry(self) -> dict:
        """The keyword arguments of take_charge."""
        given = self.cleaned_data
        return {"cadre": self.chosen()} | {key: given[key] for key in ("tasks", "since", "document")}


class ChangeForm(CadreChoice):
    """Who takes over, or what the same cadre answers for, from which day, and why."""

    on = DayField(label="从哪天起", initial=timezone.localdate)
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：人员调动、增加后续帮扶。")
    document = forms.CharField(label="文件", max_length=200, required=False)

    def entry(self) -> dict:
        """The keyword arguments of change_charge."""
        given = self.cleaned_data
        return {"cadre": self.chosen()} | {key: given[key] for key in ("tasks", "on", "reason", "document")}


class EndForm(forms.Form):
    """From which day nobody answers any more by this row, and why."""

    on = DayField(label="终止时间", initial=timezone.localdate)
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：已稳定入住、人员调动。")
