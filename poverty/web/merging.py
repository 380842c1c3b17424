"""Forms that two people may have open at once: nothing is overwritten silently, a person decides by field.

`MergingForm` sends the values it was opened with along (one hidden field, encrypted). On submit each field is
merged: what only the other person changed is kept, what both changed differently is shown with three values
and a choice. No JavaScript is needed. The view loads the row with `select_for_update()` in the transaction
that saves, so that "now" cannot move between merge and save.
"""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from poverty.web import opaque
from poverty.web.canonical import canonical, shown
from poverty.web.merge import merge

BASE = "__base"
CHOICE = "__choice-"
PURPOSE = "form base"
HIDDEN = "（已隐藏）"  # a stored number is not unmasked by a conflict


@dataclass(frozen=True)
class Conflict:
    """One field as the conflict table shows it: texts, not values. `choice` is mine, theirs or ""."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str
    who: str
    input_name: str
    choice: str


class MergingForm(forms.ModelForm):
    """A model form with three-way merge. For a new row it behaves like any model form.

    `not_merged`: fields that belong to this submit alone (reason, document). Files never take part.
    `conflicts`: field -> Conflict after is_valid(); `kept`: fields taken over from the other person.
    """

    not_merged: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, Conflict] = {}
        self.kept: list[str] = []
        self.fields[BASE] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=lambda: self._packed(self._current(), [])
        )

    def changed_by(self, name: str) -> str:
        """Who changed the field last and when, for the conflict table; "" when nobody can tell."""
        return ""

    def _merged_names(self):
        for name, field in self.fields.items():
            asked_anew = name in self.not_merged or isinstance(field, forms.FileField)
            if name != BASE and not asked_anew and not field.disabled:
                yield name

    def _current(self):
        """What stands in the row now (the instance as loaded), canonical, by field."""
        return {name: self._now(name)[1] for name in self._merged_names()}

    def _now(self, name):
        field = self.fields[name]
        value = self.get_initial_for_field(field, name)
        if hasattr(value, "reveal"):  # a sealed number is compared in clear, inside this process only
            value = value.reveal()
        return value, canonical(field, value)

    def _row(self):
        return f"{self._meta.model._meta.label_lower}:{self.instance.pk}"

    def _packed(self, values, ask):
        return opaque.pack(PURPOSE, {"row": self._row(), "values": values, "ask": ask})

    def _clean_form(self):
        # Before the subclass's clean(): its rules judge what will be saved, not what was typed.
        self.cleaned_data.pop(BASE, None)
        if not self.instance._state.adding:
            self._merge()
        super()._clean_form()

    def _merge(self):
        sent = opaque.unpack(PURPOSE, self.data.get(self.add_prefix(BASE)))
        if not sent or sent["row"] != self._row():
            sent = {"values": {}, "ask": []}
        base, asked = dict(sent["values"]), set(sent["ask"])
        theirs = self._current()
        mine = {n: canonical(self.fields[n], self.cleaned_data[n]) for n in theirs if n in self.cleaned_data}
        for name in asked & mine.keys():
            if self._choice(name) == "theirs":
                mine[name] = base[name] = theirs[name]
                self._take_over(name)
        result = merge(base, mine, theirs)
        open_questions = {n for n in asked & result.changed if self._choice(n) != "mine"}
        for name in result.kept:
            self._take_over(name)
            base[name] = theirs[name]
            self.kept.append(name)
        seen = dict(base)
        for name in sorted(result.conflicts.keys() | open_questions):
            was = seen.get(name) if name in result.conflicts else None
            self.conflicts[name] = self._conflict(name, was, mine[name], theirs[name])
            base[name] = theirs[name]
        self._retype_base(base)
        if self.conflicts:
            raise_text = f"有 {len(self.conflicts)} 项别人在您填写期间也改了，请逐项选择保留哪个值，再保存。"
            self.add_error(None, ValidationError(raise_text, code="conflict"))

    def _choice(self, name):
        return self.data.get(self.add_prefix(CHOICE + name), "")

    def _take_over(self, name):
        """The other person's value becomes the outcome, and is what the form shows if it is shown again."""
        field, (value, _) = self.fields[name], self._now(name)
        self.cleaned_data[name] = field.to_python(field.prepare_value(value))
        typed = field.widget.format_value(field.prepare_value(value))
        self._retype(self.add_prefix(name), field, typed)

    def _retype(self, html_name, field, typed):
        self._own_data()
        if isinstance(field.widget, forms.CheckboxInput):
            self.data.pop(html_name, None)
            if typed is not None:
                self.data[html_name] = "on"
        elif isinstance(typed, (list, tuple)) and hasattr(self.data, "setlist"):
            self.data.setlist(html_name, [str(item) for item in typed])
        else:
            self.data[html_name] = typed[0] if isinstance(typed, (list, tuple)) and len(typed) == 1 else typed

    def _retype_base(self, values):
        self._own_data()
        self.data[self.add_prefix(BASE)] = self._packed(values, sorted(self.conflicts))

    def _own_data(self):
        if not getattr(self, "_data_is_own", False):
            self.data, self._data_is_own = self.data.copy(), True

    def _conflict(self, name, base, mine, theirs):
        field = self.fields[name]
        sealed = hasattr(self.get_initial_for_field(field, name), "reveal")

        def stored(text):
            return HIDDEN if sealed and text else shown(field, text)

        return Conflict(
            name=name,
            label=str(self[name].label),
            base="—" if base is None else stored(base),
            mine=shown(field, mine),
            theirs=stored(theirs),
            who=self.changed_by(name),
            input_name=self.add_prefix(CHOICE + name),
            choice=self._choice(name),
        )


def shown_conflicts(form) -> list[Conflict]:
    """The conflicts of any form, in the order of its fields; [] for forms that do not merge."""
    conflicts = getattr(form, "conflicts", {})
    return [conflicts[name] for name in form.fields if name in conflicts]


def changed_fields(form) -> list[str]:
    """Names of the fields whose value after is_valid() differs from the row as loaded: what a save writes."""
    changed = []
    for name, field in form.fields.items():
        if name == BASE or name not in form.cleaned_data:
            continue
        now = form.get_initial_for_field(field, name)
        now = now.reveal() if hasattr(now, "reveal") else now
        if canonical(field, now) != canonical(field, form.cleaned_data[name]):
            changed.append(name)
    return changed
