"""Typing a comparison sheet: only what the paper changed, who visited, who signed. And choosing what to print."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from households.forms.sheet_income import IncomeOfSheet
from households.forms.visit_fields import ask_about_the_day
from households.models import MemberSurvey, Survey, VisitAmount
from households.options.income_items import INCOME_ITEMS
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from households.options.visits import HOME, VISIT_WAYS
from households.sheets.parts import FACTS, OWN, Line, Part, Person
from households.visits.blocks import AMOUNTS, NEEDS, NOTE, REMARK, SIGNATURE
from households.visits.made import Made
from poverty.files.kinds import Kind, accepts
from poverty.web.controls import CountField, DayField, MoneyField

CLEAR = "__clear__"
_CLEARED = {"无", "没有", "—", "-"}
AMOUNT_ROWS, NEED_ROWS = 3, 2
MONTHS = [(str(one), f"{one}月") for one in range(1, 13)]
_NEED_WORDS = {"kind": "请选择类别。", "text": "请写明农户要解决什么。", "whom": "请选择由谁答复。"}
_UNCHANGED, _NOT_FILLED, _NOT_ANSWERED = "未变", "未填", "未答"


class CodeForm(forms.Form):
    """The code of a sheet as somebody reads it off the paper."""

    code = forms.CharField(
        label="表码",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        """Small letters without hyphen and blanks."""
        return "".join(one for one in self.cleaned_data["code"].lower() if one.isalnum())


class BundleForm(forms.Form):
    """Which sheets of a village to make. `helpers`: (id, name) of those with households there; `years`: the open ones."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    month = forms.TypedChoiceField(label="走访月份", choices=MONTHS, coerce=int)
    helper = forms.TypedChoiceField(label="范围", coerce=int, empty_value=None, required=False)

    def __init__(
        self, *args, years: Sequence[int], helpers: Iterable[tuple[int, str]], whole: bool, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(one, f"{one}年") for one in years]
        everybody = [("", "全村的户" if whole else "我的全部户")]
        self.fields["helper"].choices = everybody + [(pk, f"{name} 的户") for pk, name in helpers]


class SheetForm(IncomeOfSheet, forms.Form):
    """One household's sheet as it came back. `parts`: what stood on it; `visitors`: (id, name) who may have visited.

    Every fact is empty: empty is unchanged. 无 in a text and 改为空 in a list take the value away.
    """

    visitor = forms.TypedChoiceField(label="走访人", coerce=int)
    happened_on = DayField(label="走访日期")
    way = forms.ChoiceField(label="方式", choices=VISIT_WAYS.choices, widget=forms.RadioSelect, initial=HOME)
    whole_away = forms.BooleanField(label="整户外出", required=False)
    companions = forms.CharField(label="同行人", max_length=200, required=False)
    late_reason = forms.CharField(
        label="补录原因",
        max_length=200,
        required=False,
        help_text="走访已过去较久时必填，例如：月底集中录入。",
    )
    scan = forms.FileField(
        label="签字页扫描件",
        required=False,
        widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
        help_text="可不传，以后在走访页补。",
    )

    def __init__(
        self,
        *args,
        parts: Sequence[Part],
        people: Sequence[Person],
        visitors: Iterable[tuple[int, str]],
        made: Sequence[Made] = (),
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.made = made
        self.parts, self.people = list(parts), {one.pk: one for one in people}
        self.kinds = {one.kind for one in parts}
        self.fields["visitor"].choices = [("", "请选择"), *visitors]
        self.lines: dict[str, Line] = {}
        for part in self.parts:
            for line in part.lines:
                self._add(part, line)
        self.fields |= self.none_fields()
        if AMOUNTS in self.kinds:
            self._add_amounts()
        if NEEDS in self.kinds:
            self._add_needs()
        if REMARK in self.kinds:
            self._add_remark()
        if SIGNATURE in self.kinds:
            self._add_signature()

    # --- fields -----------------------------------------------------------------------------------------

    def _add(self, part: Part, line: Line) -> None:
        self.lines[line.name] = line
        empty = _NOT_ANSWERED if part.kind == OWN else _UNCHANGED if line.is_known else _NOT_FILLED
        self.fields[line.name] = _control(line, empty)
        if line.note:
            self.fields[line.name + NOTE] = forms.CharField(
                label=f"{line.label}的说明", max_length=200, required=False
            )

    def _add_amounts(self) -> None:
        for row in range(AMOUNT_ROWS):
            self.fields[f"amount{row}-direction"] = forms.ChoiceField(
                label="收支", choices=[("", "—"), *VisitAmount.Direction.choices], required=False
            )
            self.fields[f"amount{row}-item"] = forms.ChoiceField(
                label="项目", choices=[("", "其他"), *INCOME_ITEMS.choices], required=False
            )
            self.fields[f"amount{row}-amount"] = MoneyField(label="金额", required=False, max_digits=12)
            self.fields[f"amount{row}-note"] = forms.CharField(label="说明", max_length=200, required=False)

    def _add_needs(self) -> None:
        for row in range(NEED_ROWS):
            self.fields[f"need{row}-kind"] = forms.ChoiceField(
                label="类别", choices=[("", "—"), *NEED_KINDS.choices], required=False
            )
            self.fields[f"need{row}-text"] = forms.CharField(label="诉求", max_length=500, required=False)
            self.fields[f"need{row}-whom"] = forms.ChoiceField(
                label="请谁答复", choices=[("", "—"), *NEED_PARTIES.choices], required=False
            )

    def _add_remark(self) -> None:
        for name, label in (("remark", "走访情况"), ("problems", "发现问题")):
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.fields["next_promise"] = forms.CharField(label="下一步措施", max_length=500, required=False)
        self.fields["next_on"] = DayField(label="下次走访日期", required=False, future=True)

    def _add_signature(self) -> None:
        self.fields["signed"] = forms.ChoiceField(
            label="农户签字",
            choices=[("yes", "已签字、按手印"), ("no", "没有签字")],
            widget=forms.RadioSelect,
            error_messages={"required": "请看纸上有没有签字。"},
        )
        self.fields["signer"] = forms.ChoiceField(
            label="签字人",
            choices=[
                ("", "请选择"),
                *((str(one.pk), one.title) for one in self.people.values()),
                ("other", "其他人"),
            ],
            required=False,
        )
        self.fields["signer_name"] = forms.CharField(label="其他人姓名", max_length=60, required=False)
        self.fields["signer_relation"] = forms.CharField(label="与户主关系", max_length=40, required=False)
        self.fields["refusal_reason"] = forms.CharField(
            label="没有签字的原因", max_length=200, required=False
        )

    # --- rules ------------------------------------------------------------------------------------------

    def clean(self):
        """A call only where all are away; a signature is somebody's, a missing one has its reason."""
        cleaned = super().clean()
        if cleaned.get("way") not in (HOME, None) and not cleaned.get("whole_away"):
            self.add_error("way", "整户外出的才能电话或视频走访，其他户须入户。")
        if SIGNATURE in self.kinds:
            self._clean_signature(cleaned)
        for row in range(AMOUNT_ROWS) if AMOUNTS in self.kinds else ():
            typed = {
                name: cleaned.get(f"amount{row}-{name}") for name in ("direction", "item", "amount", "note")
            }
            if any(typed.values()) and not typed["direction"]:
                self.add_error(f"amount{row}-direction", "请选收入还是支出。")
            if any(typed.values()) and not typed["amount"] and f"amount{row}-amount" not in self.errors:
                self.add_error(f"amount{row}-amount", "请填金额，须大于 0。")
        for row in range(NEED_ROWS) if NEEDS in self.kinds else ():
            typed = {name: cleaned.get(f"need{row}-{name}") for name in _NEED_WORDS}
            for name, words in _NEED_WORDS.items() if any(typed.values()) else ():
                if not typed[name]:
                    self.add_error(f"need{row}-{name}", words)
        self.check_income()
        ask_about_the_day(self, self.made)
        for name, line in self.lines.items():
            if line.note and cleaned.get(name + NOTE) and cleaned.get(name) in ("", None):
                self.add_error(name, "写了说明，请把是、否也选上。")
        return cleaned

    def _clean_signature(self, cleaned) -> None:
        if cleaned.get("signed") == "no" and not (cleaned.get("refusal_reason") or "").strip():
            self.add_error("refusal_reason", "没有签字的，请写原因；随后安排联合复核。")
        if cleaned.get("signed") != "yes":
            return
        if not cleaned.get("signer"):
            self.add_error("signer", "请选择谁签的字。")
        elif cleaned["signer"] == "other":
            for name, words in (
                ("signer_name", "请填签字人姓名。"),
                ("signer_relation", "请填与户主的关系。"),
            ):
                if not (cleaned.get(name) or "").strip():
                    self.add_error(name, words)

    # --- what was typed ---------------------------------------------------------------------------------

    def typed(self, line: Line) -> tuple[bool, Any]:
        """(whether the paper changed it, the value as a visit says it)."""
        value = self.cleaned_data.get(line.name)
        if value in ("", None, []):
            return False, None
        if value == CLEAR or (line.kind == "text" and isinstance(value, str) and value.strip() in _CLEARED):
            return True, ""
        if line.kind == "yes_no":
            return True, value == "true"
        if line.kind == "choices":
            return True, list(value)
        if line.kind in ("decimal", "money"):
            return True, format(value, "f")
        if line.kind == "date":
            return True, value.isoformat()
        return True, value

    def facts(self, *, rest_unchanged: bool) -> list[dict[str, Any]]:
        """The facts of the visit: what the paper changed; with `rest_unchanged` also what it printed and left alone."""
        found = []
        for part in self.parts:
            for line in part.lines if part.kind == FACTS else ():
                changed, value = self.typed(line)
                here = line.member is None or line.member in self.people
                if changed or (rest_unchanged and line.is_known and here):
                    found.append(
                        {
                            "member": line.member,
                            "field": line.field,
                            "base": line.base,
                            "value": value if changed else line.value,
                        }
                    )
        return found

    def answers(self) -> dict[str, Any]:
        """What the template's own questions were answered."""
        found = {}
        for part in self.parts:
            for line in part.lines if part.kind == OWN else ():
                answered, value = self.typed(line)
                if answered:
                    found[line.key] = value
                if line.note and (note := self.cleaned_data[line.name + NOTE].strip()):
                    found[line.key + NOTE] = note
        return found

    def amounts(self) -> list[dict[str, Any]]:
        """Large incomes and expenses."""
        rows = range(AMOUNT_ROWS) if AMOUNTS in self.kinds else ()
        names = ("direction", "item", "amount", "note")
        typed = [{name: self.cleaned_data[f"amount{row}-{name}"] for name in names} for row in rows]
        return [{**one, "amount": format(one["amount"], "f")} for one in typed if one["amount"]]

    def needs(self) -> list[dict[str, str]]:
        """What the household asks for: kind, text, whom."""
        rows = range(NEED_ROWS) if NEEDS in self.kinds else ()
        typed = [
            {name: self.cleaned_data[f"need{row}-{name}"].strip() for name in _NEED_WORDS} for row in rows
        ]
        return [one for one in typed if one["text"]]

    def signature(self) -> dict[str, Any] | None:
        """Who signed, or why nobody did; None where the template does not ask."""
        if SIGNATURE not in self.kinds:
            return None
        cleaned = self.cleaned_data
        if cleaned["signed"] == "no":
            return {"name": "", "relation": "", "signed": False, "reason": cleaned["refusal_reason"].strip()}
        if cleaned["signer"] == "other":
            name, relation = cleaned["signer_name"].strip(), cleaned["signer_relation"].strip()
        else:
            one = self.people[int(cleaned["signer"])]
            name, relation = one.name, one.relation
        return {"name": name, "relation": relation, "signed": True, "reason": ""}


def _control(line: Line, empty: str) -> forms.Field:
    """The control of a line, empty; `empty`: what that means, in words."""
    label = line.label
    if line.kind in ("yes_no", "choice"):
        choices = [("", empty), *line.options]
        if line.kind == "choice" and line.field and line.is_known:
            choices.append((CLEAR, "（改为空）"))
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if line.kind == "choices":
        return forms.MultipleChoiceField(
            label=label, choices=line.options, required=False, widget=forms.CheckboxSelectMultiple
        )
    if line.kind == "date":
        return DayField(label=label, required=False)
    if line.kind == "money":
        return MoneyField(label=label, required=False, max_digits=12)
    if line.kind == "integer":
        made = CountField(label=label, required=False, unit=line.unit)
        made.validators += _limits(line)
        return made
    if line.kind == "decimal":
        made = MoneyField(label=label, required=False, max_digits=12)
        made.unit = line.unit
        made.error_messages["invalid"] = "请填数字。"
        made.validators += _limits(line)
        return made
    return forms.CharField(label=label, required=False, max_length=_longest(line))


def _limits(line: Line) -> list:
    found = []
    if line.least is not None:
        found.append(MinValueValidator(line.least, f"不能小于 {line.least}。"))
    if line.most is not None:
        found.append(MaxValueValidator(line.most, f"不能大于 {line.most}。"))
    return found


def _longest(line: Line) -> int:
    if not line.field:
        return 200
    model = Survey if line.member is None else MemberSurvey
    return model._meta.get_field(line.field).max_length or 200
