"""Drafting a visit template: its name and years, one block with its questions, the document it is published by."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from households.forms.member_facts import BLOCKS
from households.living import SECTIONS
from households.visits.blocks import AGES, FACTS_TO_ASK, HOUSEHOLD, MEMBER, SPECIAL, VISIT, question
from households.visits.differences import KIND_WORDS, WHEN_WORDS, options_words
from households.visits.services.designing import FIRST_YEAR, LAST_YEAR
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names
from poverty.web.controls import CountField

MOST_OWN = 3  # empty rows for own questions; saved ones make room for more
OWN_KINDS = [(key, KIND_WORDS[key]) for key in ("yes_no", "choice", "text", "integer")]
_FACT_SECTIONS = {
    HOUSEHOLD: [(title, names.split()) for title, names in SECTIONS],
    MEMBER: [(title, list(names)) for title, names in BLOCKS.values()],
}


def _year(label: str, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "请填四位年份，例如 2018。"},
        **kwargs,
    )


class HeadForm(forms.Form):
    """Name and years of a template. `areas`: where the person may make one (a new draft); None: it has its place."""

    area_code = forms.ChoiceField(label="区划")
    name = forms.CharField(label="名称", max_length=60)
    year_from = _year("起始年度")
    year_to = _year("截止年度", required=False, help_text="一直使用的留空。")

    def __init__(self, *args, areas: Iterable[str] | None, **kwargs):
        super().__init__(*args, **kwargs)
        if areas is None:
            del self.fields["area_code"]
            return
        codes = list(areas)
        names = full_names(codes)
        self.fields["area_code"].choices = [(code, names.get(code, code)) for code in codes]


def design_areas(user) -> list[str]:
    """Codes of the counties and townships where a person may make templates."""
    places = Area.objects.inside_scope(user, "visit.design").in_force(timezone.localdate())
    rows = places.filter(level__in=(Level.COUNTY, Level.TOWNSHIP)).order_by("code")
    return list(rows.values_list("code", flat=True)[:300])


class PublishForm(forms.Form):
    """By which paper a template is used."""

    document = forms.CharField(
        label="依据文件",
        max_length=200,
        help_text="文件名称和文号，例如：关于做好入户走访的通知（二扶办〔2018〕12号）。",
    )


class BlockForm(forms.Form):
    """Title, months and condition of a block. `of`: whose facts it asks."""

    title = forms.CharField(label="栏目名称", max_length=40)
    when = forms.ChoiceField(label="适用", required=False)
    months = forms.MultipleChoiceField(
        label="月份",
        choices=[(str(one), f"{one}月") for one in range(1, 13)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一个都不选就是每月都问。",
    )

    def __init__(self, *args, of: str, **kwargs):
        super().__init__(*args, **kwargs)
        keys = [key for key in WHEN_WORDS if key == "" or (key in AGES) == (of == MEMBER)]
        self.fields["when"].choices = [(key, WHEN_WORDS[key]) for key in keys]


class QuestionForm(forms.Form):
    """One question of a block: a fact (its wording may be changed) or one of the template's own."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    order = CountField(label="序号", required=False, max_value=999)
    label = forms.CharField(label="问题", max_length=60, required=False)
    kind = forms.ChoiceField(label="回答方式", choices=OWN_KINDS, required=False)
    options = forms.CharField(
        label="选项",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="单选的填，每行一个。",
    )
    help = forms.CharField(label="提示", max_length=120, required=False)
    note = forms.BooleanField(label="可另写说明", required=False)
    remove = forms.BooleanField(label="删除", required=False)

    def __init__(self, *args, stood: Mapping[str, Any] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.stood = stood  # the question as it stands; None: an empty row
        if self.is_fact:
            for name in ("kind", "options", "note"):
                del self.fields[name]

    @property
    def is_fact(self) -> bool:
        """Whether it asks a fact of the year."""
        return bool(self.stood and self.stood.get("field"))

    @property
    def answered(self) -> str:
        """How a fact is answered, in words."""
        options = options_words(self.stood) if self.stood else ""
        words = KIND_WORDS[self.stood["kind"]] if self.stood else ""
        return f"{words}：{options}" if options and self.stood["kind"] != "yes_no" else words

    @property
    def is_empty(self) -> bool:
        """An empty row for a new question that was not used."""
        return self.stood is None and not (self.cleaned_data.get("label") or "").strip()

    def clean(self):
        """A question has words; a choice has at least two."""
        cleaned = super().clean()
        if cleaned.get("remove"):
            return cleaned
        label = (cleaned.get("label") or "").strip()
        if not label and (self.stood is not None or (cleaned.get("options") or "").strip()):
            self.add_error("label", "请填写问题。")
        if label and not self.is_fact and cleaned.get("kind") == "choice" and len(self._lines()) < 2:
            self.add_error("options", "单选至少要有两个选项，每行一个。")
        return cleaned

    def question(self, key: str) -> dict[str, Any]:
        """The question as the template keeps it. `key`: for a new one."""
        cleaned = self.cleaned_data
        label, help_text = cleaned["label"].strip(), cleaned.get("help", "").strip()
        if self.is_fact:
            return {**self.stood, "label": label, "help": help_text}
        kind = cleaned["kind"] or "yes_no"
        made = {
            "key": self.stood["key"] if self.stood else key,
            "field": None,
            "label": label,
            "kind": kind,
            "options": self._options() if kind == "choice" else "",
            "unit": "",
            "min": None,
            "max": None,
            "help": help_text,
            "note": bool(cleaned.get("note")),
        }
        return {**(self.stood or {}), **made}

    def _lines(self) -> list[str]:
        typed = (self.cleaned_data.get("options") or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in typed if line.strip()))

    def _options(self) -> list[list[str]]:
        """A choice that stays keeps its key, so that older answers keep their meaning."""
        stood = self.stood.get("options") if self.stood else None
        known = {label: key for key, label in stood} if isinstance(stood, list) else {}
        taken, number, found = set(known.values()), 0, []
        for label in self._lines():
            key = known.get(label)
            while key is None or (key in taken and label not in known):
                number += 1
                key = f"o{number}"
            taken.add(key)
            found.append([key, label])
        return found


class BlockEditor:
    """The page of one block: its head, its questions row by row, facts to add, rows for own questions."""

    def __init__(self, block: Mapping[str, Any], blocks: list[Mapping[str, Any]], data=None):
        self.block, self.blocks, self.of = block, blocks, block["of"]
        self.is_special = block["key"] in SPECIAL
        self.head = BlockForm(
            data,
            of=self.of,
            initial={
                "title": block["title"],
                "when": block.get("when") or "",
                "months": [str(one) for one in block.get("months") or []],
            },
        )
        stood = {} if self.is_special else {one["key"]: one for one in block.get("questions") or []}
        self.rows = [
            self._row(data, f"q{number}", one, order=number * 10)
            for number, one in enumerate(stood.values(), 1)
        ]
        may_own = not self.is_special and self.of != MEMBER
        self.new_rows = [
            self._row(data, f"n{number}", None, order=None)
            for number in range(1, (MOST_OWN if may_own else 0) + 1)
        ]
        self.add = _AddForm(data, sections=[] if self.is_special else self._sections())

    @staticmethod
    def _row(data, prefix: str, stood, *, order) -> QuestionForm:
        initial = {"order": order}
        if stood is not None:
            initial |= {name: stood.get(name) for name in ("key", "label", "kind", "help", "note")}
            if isinstance(stood.get("options"), list):
                initial["options"] = "\n".join(label for _, label in stood["options"])
        return QuestionForm(data, prefix=prefix, stood=stood, initial=initial)

    def _sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Facts that the template does not ask yet, by section."""
        if self.of == VISIT:
            return []
        asked = {
            one.get("field")
            for block in self.blocks
            if block["of"] == self.of
            for one in block.get("questions") or []
        } | {one.get("field") for one in self.block.get("questions") or []}
        left = FACTS_TO_ASK[self.of] - asked
        found = []
        for title, names in _FACT_SECTIONS[self.of]:
            rows = [(name, question(self.of, name)["label"]) for name in names if name in left]
            left -= {name for name, _ in rows}
            if rows:
                found.append((title, rows))
        if left:
            found.append(("其他", [(name, question(self.of, name)["label"]) for name in sorted(left)]))
        return found

    @property
    def forms(self) -> list[forms.Form]:
        """All forms of the page, for its box of errors."""
        return [self.head, *self.rows, *self.new_rows, self.add]

    def is_valid(self) -> bool:
        """Whether everything typed can be a block."""
        checked = [one.is_valid() for one in self.forms]  # all of them, so that every fault shows
        return all(checked)

    def made(self) -> dict[str, Any]:
        """The block as typed."""
        cleaned = self.head.cleaned_data
        block = {
            **self.block,
            "title": cleaned["title"].strip(),
            "when": cleaned["when"],
            "months": sorted(int(one) for one in cleaned["months"]),
        }
        if self.is_special:
            return block
        numbered = []
        for row in self.rows:
            if not row.cleaned_data.get("remove"):
                numbered.append((_order(row), row.question("")))
        keys = {one["key"] for other in self.blocks for one in other.get("questions") or []}
        for row in self.new_rows:
            if not row.is_empty and not row.cleaned_data.get("remove"):
                key = _new_key(keys)
                keys.add(key)
                numbered.append((_order(row), row.question(key)))
        numbered.sort(key=lambda one: one[0])
        block["questions"] = [one for _, one in numbered] + [
            question(self.of, name) for name in self.add.chosen()
        ]
        return block


class _AddForm(forms.Form):
    """Facts to add to a block, by section."""

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        for number, (title, choices) in enumerate(sections):
            self.fields[f"add{number}"] = forms.MultipleChoiceField(
                label=title, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )

    def chosen(self) -> list[str]:
        """The facts ticked, in the order of the sections."""
        return [name for typed in self.cleaned_data.values() for name in typed]


def _order(row: QuestionForm) -> int:
    typed = row.cleaned_data.get("order")
    return 10_000 if typed is None else typed


def _new_key(taken: set[str]) -> str:
    number = 1
    while f"own_{number}" in taken:
        number += 1
    return f"own_{number}"
