"""Filling, handing on and ending posts of villages; what a county asks of them."""

from django import forms
from django.core.exceptions import ValidationError

from poverty.accounts.models import Unit, User
from poverty.accounts.services.on_record import find_on_record, put_on_record, units_around
from poverty.parameters.services import value_for
from poverty.web import questions
from poverty.web.controls import CountField, DayField
from villages.models import PostTemplate, Village
from villages.options.posts import ASKED, LIVING_THERE, POSTS
from villages.posts.services.filling import RIGHT
from villages.posts.standing import is_short, months_after

_DOCUMENT = "例如：关于选派第一书记和驻村工作队的通知及文号。"


class UnitField(forms.ModelChoiceField):
    """A unit of the county, or of an area above it."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Unit.objects.none(), empty_label="请选择", **kwargs)


class PostForm(forms.Form):
    """Who takes a post: a unit, or a person by name and unit; whoever is not on record yet is put there.

    `asked`: what the county asks of the village, for the term.
    """

    name = forms.CharField(label="姓名", max_length=40)
    unit = UnitField(label="派出单位", help_text="没有要选的单位时，先请系统管理员登记单位。")
    title = forms.CharField(label="单位职务", max_length=60, required=False)
    identity = forms.CharField(
        label="证件号码", max_length=24, required=False, help_text="同单位有同名的人时须填；填了便于核对。"
    )
    phone = forms.CharField(label="联系电话", max_length=20, required=False)
    since = DayField(label="开始时间", future=False)
    term_until = DayField(
        label="任期至", required=False, future=True, help_text="文件写明任期的填写；到期没有轮换会提示。"
    )
    document = forms.CharField(label="文件", max_length=200, help_text=_DOCUMENT)
    day = "since"

    def __init__(self, *args, village: Village, post: str, actor, term_months: int | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.village, self.post, self.actor, self.term_months = village, POSTS[post], actor, term_months
        self.fields["unit"].queryset = units_around(village.area_id).order_by("area_id", "name")
        if self.post.by_unit:
            self.fields["unit"].label = self.post.label
            for name in ("name", "identity", "phone", "title"):
                del self.fields[name]
        self.person: User | None = None  # found on record; None: to be put there

    def clean(self):
        """Finds the person; who is new, and a term that is short, is asked about."""
        cleaned = super().clean()
        if not self.post.by_unit and cleaned.get("name") and cleaned.get("unit"):
            self._find(cleaned)
        since, until = cleaned.get(self.day), cleaned.get("term_until")
        if since and not until and self.term_months:
            cleaned["term_until"] = until = months_after(since, self.term_months)
        months = value_for("post.team_months", self.village.area_id, since) if since else None
        if self.post.key in LIVING_THERE and since and is_short(since, until, months):
            questions.ask(self, "term_until", f"任期不足 {months} 个月，请核对文件。")
        return cleaned

    def _find(self, cleaned) -> None:
        try:
            self.person = find_on_record(
                name=cleaned["name"], unit=cleaned["unit"], identity=cleaned.get("identity", "")
            )
        except ValidationError as error:
            for field, told in error.error_dict.items():
                self.add_error(field, told)
            return
        if self.person is None:
            text = f"人员名册里还没有{cleaned['unit'].name}的{cleaned['name']}，保存时登记此人（不开账号），请核对。"
            questions.ask(self, "name", text)

    def entry(self) -> dict:
        """The keyword arguments of fill_post and change_post; puts a new person on record."""
        cleaned = self.cleaned_data
        common = {"document": cleaned["document"], "term_until": cleaned.get("term_until")}
        common[self.day] = cleaned[self.day]
        if self.post.by_unit:
            return common | {"unit": cleaned["unit"]}
        person = self.person or put_on_record(
            actor=self.actor,
            right=RIGHT,
            place=self.village.area_id,
            name=cleaned["name"],
            unit=cleaned["unit"],
            identity=cleaned.get("identity", ""),
            phone=cleaned.get("phone", ""),
            position=cleaned.get("title", ""),
        )
        return common | {"person": person, "unit": cleaned["unit"], "title": cleaned.get("title", "")}


class ChangeForm(PostForm):
    """Who takes a post over, from which day, and why."""

    on = DayField(label="交接日期", future=False, help_text="从这一天起由接任的担任。")
    reason = forms.CharField(label="调整原因", max_length=200, help_text="例如：任期届满、工作调动。")
    day = "on"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["since"]
        self.order_fields(
            ["name", "unit", "title", "identity", "phone", "on", "reason", "term_until", "document"]
        )

    def entry(self) -> dict:
        """The keyword arguments of change_post."""
        return super().entry() | {"reason": self.cleaned_data["reason"]}


class EndForm(forms.Form):
    """From which day a post is held no more, and why."""

    on = DayField(label="终止时间", future=False, help_text="从这一天起不再担任；填开始当天，即为误登撤销。")
    reason = forms.CharField(label="原因", max_length=200)
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row

    def clean(self):
        """What goes against 不脱贫不脱钩, or comes before its time, is asked about."""
        cleaned = super().clean()
        on, row = cleaned.get("on"), self.row
        if on is None or on <= row.valid_from:
            return cleaned
        months = value_for("post.team_months", row.village.area_id, on)
        if row.village.status == "listed":
            questions.ask(self, "on", "该村还没有出列，撤走后须有接任的（不脱贫不脱钩），请核对。")
        elif row.post in LIVING_THERE and is_short(row.valid_from, on, months):
            questions.ask(self, "on", f"驻村还不满 {months} 个月，请核对。")
        return cleaned


class TemplateForm(forms.Form):
    """What the county asks of its villages from a day on: a name, and how many of each post."""

    of = forms.ChoiceField(label="适用", choices=PostTemplate.Of.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=40, help_text="例如：五个一、1+3+3、1321、5+2、3+2。")
    since = DayField(label="从哪天起")
    term_months = CountField(
        label="任期", unit="月", required=False, min_value=1, max_value=120, help_text="不设任期的不填。"
    )
    document = forms.CharField(label="文件", max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for option in ASKED:
            self.fields[f"least_{option.key}"] = CountField(
                label=option.label, unit="人/个", required=False, min_value=0, max_value=50
            )

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that ask how many."""
        return [self[f"least_{key}"] for key in ASKED.keys]

    def entry(self) -> dict:
        """The keyword arguments of set_template."""
        cleaned = self.cleaned_data
        rows = {key: cleaned.get(f"least_{key}") or 0 for key in ASKED.keys}
        kept = {key: cleaned[key] for key in ("name", "since", "document", "term_months")}
        return kept | {"rows": rows}


# Where counties begin: what the words of the seeds say of each (seed-facts.md F1, F6, F10). Others are typed in.
STARTS = {
    "five": ("五个一", {"leader": 1, "unit": 1, "first_secretary": 1, "team": 1, "technician": 1}, None),
    "one_three_three": ("1+3+3", {"leader": 1, "coleader": 3, "unit": 1, "partner": 2}, None),
    "one_three_two_one": ("1321", {"leader": 1, "unit": 1, "partner": 2}, 24),
}


def start_of(name: str) -> dict:
    """The initial values of a template by one of STARTS; {} for another name."""
    if name not in STARTS:
        return {}
    label, rows, months = STARTS[name]
    return {"name": label, "term_months": months} | {f"least_{key}": number for key, number in rows.items()}
