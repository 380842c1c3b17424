"""Reading what people type of a standard. Rules stand in rules.py; here text becomes values and messages find
their field.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from poverty.areas.models import Area
from poverty.standards.catalogue import TEMPLATES
from poverty.standards.comparisons import Comparison
from poverty.standards.drafts import ROW
from poverty.standards.indicators import specs
from poverty.standards.models import FIRST_YEAR, LAST_YEAR, Requirement, Standard
from poverty.standards.rules import FIELDS, ROW_FIELDS
from poverty.standards.subjects import Subject
from poverty.standards.wording import phrase
from poverty.web import questions
from poverty.web.controls import DayField, MoneyField

PREFIX = "requirements"
CHOICE = "choice-"
MOST_ROWS = 60


def _text(model, name: str, **attrs) -> forms.CharField:
    column = model._meta.get_field(name)
    return forms.CharField(
        label=column.verbose_name,
        required=False,
        max_length=column.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class FigureField(MoneyField):
    """A threshold or weight: typed like money, in whatever unit the indicator has."""

    unit = ""

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)
        self.error_messages["invalid"] = "请填数字，例如 3535.00。"


class StandardForm(forms.Form):
    """The head of a standard: its name and the document it comes from."""

    name = _text(Standard, "name")
    document_name = _text(Standard, "document_name")
    document_number = _text(Standard, "document_number")
    document_date = DayField(label="发文日期", required=False, widget=forms.DateInput())
    clause = _text(Standard, "clause")
    deviation_document = _text(Standard, "deviation_document")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields[
            "deviation_document"
        ].help_text = "与上级标准的指标或标准值不一致时必填（不拔高、不降低）。"


class RequirementForm(forms.Form):
    """One requirement row. An empty row (no indicator, nothing typed) is left out; `remove` takes a row
    away.
    """

    comparison = forms.ChoiceField(
        label="比较", required=False, choices=[("", "按指标默认"), *Comparison.choices]
    )
    threshold = FigureField(label="标准值")
    evidence = _text(Requirement, "evidence")
    clause = _text(Requirement, "clause")
    document = _text(Requirement, "document")
    weight = FigureField(label="权重")
    veto = forms.BooleanField(label="一票否决", required=False)
    remove = forms.BooleanField(label="删除", required=False)

    def __init__(self, *args, subject: str, **kwargs):
        super().__init__(*args, **kwargs)
        known = [(one.code, one.label) for one in specs(subject)]
        # A plain text field behind the list: an unknown code must reach the rule that names it.
        self.fields["indicator"] = forms.CharField(
            label="指标", required=False, widget=forms.Select(choices=[("", "请选择"), *known])
        )
        self.order_fields(["indicator", *ROW_FIELDS[1:], "remove"])
        self.units = {one.code: one.unit for one in specs(subject)}
        if subject != Subject.VILLAGE:
            del self.fields["weight"], self.fields["veto"]

    @property
    def threshold_label(self) -> str:
        """标准值, with the unit of the chosen indicator where it has one."""
        unit = self.units.get(self["indicator"].value() or "", "")
        return f"标准值（{unit}）" if unit else "标准值"

    @property
    def is_blank(self) -> bool:
        return not any(self[name].value() for name in self.fields)


_Rows = forms.formset_factory(RequirementForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class DraftEditor:
    """Head and rows of a draft as one form: `values` to save, or what was typed to show again."""

    def __init__(self, subject: str, *, data=None, values: Mapping[str, Any] | None = None, extra: int = 0):
        self.subject = subject
        rows: dict[str, Any] = {"prefix": PREFIX, "form_kwargs": {"subject": subject}}
        if data is not None:
            self.head, self.rows = StandardForm(data), _Rows(data, **rows)
            return
        values = values or {}
        typed = list(values.get(PREFIX, ()))
        self.head = StandardForm(initial={field: values.get(field) for field in FIELDS})
        self.rows = _Rows(initial=typed, **rows)
        self.rows.extra = extra

    @property
    def _shown_rows(self) -> list[RequirementForm]:
        return [form for form in self.rows.forms if not form.is_blank and not form["remove"].value()]

    def is_valid(self) -> bool:
        """Whether everything typed can be read; the rules ask more."""
        wrong = [form for form in self._shown_rows if form.errors]
        for text in self.rows.non_form_errors():  # too many rows, or a form sent without its row count
            self.head.add_error(None, text)
        return not wrong and self.head.is_valid()

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, ready for the services (after is_valid)."""
        found = dict(self.head.cleaned_data)
        found[PREFIX] = [
            {field: form.cleaned_data.get(field) for field in ROW_FIELDS} for form in self._shown_rows
        ]
        return found

    @property
    def wrong_rows(self) -> list[dict[str, Any]]:
        """Number, messages and the id of the first faulty input of each row that was refused."""
        return [
            {
                "number": number,
                "messages": [text for texts in form.errors.values() for text in texts],
                "anchor": next((form[name].id_for_label for name in form.errors if name in form.fields), ""),
            }
            for number, form in enumerate(self.rows.forms, start=1)
            if form.is_bound and form.errors and form in self._shown_rows
        ]

    def typed(self) -> dict[str, Any]:
        """Return the raw texts, for showing the form again with one row more."""
        found: dict[str, Any] = {field: self.head[field].value() for field in FIELDS}
        found[PREFIX] = [{name: form[name].value() for name in form.fields} for form in self._shown_rows]
        return found

    def place(self, error: ValidationError) -> None:
        """Put the messages of a rule at their fields; what belongs to no field shows at the top."""
        messages = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        rows = self._shown_rows
        for key, texts in messages.items():
            form, name = self.head, key if key in self.head.fields else None
            parts = key.split("-")
            if len(parts) == 3 and parts[0] == PREFIX and int(parts[1]) < len(rows):
                row = rows[int(parts[1])]
                form, name = row, parts[2] if parts[2] in row.fields else None
            for text in texts:
                form.add_error(name, text)


def published_words(standard: Standard) -> str:
    """That a standard is in force, as a drafter is told."""
    what = f"{standard.year}年度已发布{Subject(standard.subject).label}的退出标准"
    return f"{standard.area_label}{what}《{standard.name}》（第 {standard.version} 版）"


class StartForm(forms.Form):
    """Where and for when a new draft is, and what it begins with."""

    area_code = forms.ChoiceField(label="适用地区", error_messages={"invalid_choice": "请从列表中选择地区。"})
    year = forms.IntegerField(
        label="年度",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"}),
        error_messages={
            "invalid": "请填四位年度，例如 2018。",
            "min_value": f"年度须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。",
            "max_value": f"年度须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。",
        },
    )
    start = forms.ChoiceField(label="从哪里开始")

    def __init__(
        self, *args, areas: list[Area], subjects: list[str], copied: Standard | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.copied = copied
        self.fields["area_code"].choices = [(area.code, f"{area.name}（{area.code}）") for area in areas]
        templates = [
            (f"template:{one.key}", f"模板：{one.label}")
            for one in TEMPLATES.values()
            if one.subject in subjects
        ]
        empty = [(f"empty:{code}", f"空白（{Subject(code).label}的标准）") for code in subjects]
        copies = (
            [(f"copy:{copied.pk}", f"复制 {copied.year} 年{copied.area_label}《{copied.name}》")]
            if copied
            else []
        )
        self.fields["start"].choices = [*copies, *templates, *empty]

    def clean(self):
        """A year and place that have a standard already are asked about: only a correction can replace it."""
        cleaned = super().clean()
        if not self.errors:
            where = (cleaned["area_code"], cleaned["year"], self._subject(cleaned["start"]))
            if standard := Standard.objects.published().at(*where).first():
                questions.ask(
                    self,
                    "area_code",
                    f"{published_words(standard)}。要改的请打开它点“更正”（第 {standard.version + 1} 版）；"
                    "另起的草稿不能代替它，发布时会被退回",
                )
        return cleaned

    def _subject(self, start: str) -> str:
        kind, _, key = start.partition(":")
        if kind == "template":
            return TEMPLATES[key].subject
        return self.copied.subject if kind == "copy" else key


class ReasonForm(forms.Form):
    """Why a standard is corrected or a draft given up."""

    reason = forms.CharField(
        label="原因",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "请填写原因。", "max_length": "原因最多 500 个字。"},
    )


def conflict_rows(standard: Standard, opened: Mapping[str, tuple], choices: Mapping[str, str]) -> list[dict]:
    """Return the open conflicts as web/conflict.html shows them: one line per field or requirement row."""
    labels = {one.code: one.label for one in specs(standard.subject)}
    units = {one.code: one.unit for one in specs(standard.subject)}
    lines = []
    for name, sides in opened.items():
        code = name.removeprefix(ROW)
        is_row = name.startswith(ROW)
        label = labels.get(code, code) if is_row else str(Standard._meta.get_field(name).verbose_name)
        base, mine, theirs = (
            (_row_text(side, units.get(code, "")) if is_row else side or "—") for side in sides
        )
        lines.append(
            {
                "name": name,
                "label": label,
                "base": base,
                "mine": mine,
                "theirs": theirs,
                "input_name": CHOICE + name,
                "choice": choices.get(name, ""),
            }
        )
    return lines


def _row_text(row: Mapping[str, str] | None, unit: str) -> str:
    if not row:
        return "无此项"
    threshold = FigureField().to_python(row["threshold"]) if row["threshold"] else None
    words = [phrase(row["comparison"], threshold, unit), row["clause"], row["evidence"], row["document"]]
    if row["weight"]:
        words.append(f"权重 {row['weight']}")
    if row["veto"]:
        words.append("一票否决")
    return "；".join(word for word in words if word)
