"""The facts of a village's year as a form of blocks, prefilled from last year, merged when two people have it open."""

from copy import copy

from django.utils import timezone

from households.forms.facts import FactsForm, Section, fact_field
from poverty.audit.models import Entry
from villages.fact_words import split_label
from villages.facts import BLOCKS, FACTS
from villages.models import VillageYear
from villages.services.facts import rule_faults

_OPEN = {
    "people",
    "income",
    "roads",
    "supply",
    "services",
    "network",
}  # what standards ask for; the rest is folded


def _village_field(db_field, **kwargs):
    made = fact_field(db_field, **kwargs)
    label, unit = split_label(db_field.name)
    if unit:
        made.label, made.unit = label, unit
    return made


class VillageFactsForm(FactsForm):
    """All facts, or those of a bureau's sectors (`only`)."""

    class Meta:
        model = VillageYear
        fields = FACTS
        formfield_callback = _village_field

    def __init__(self, *args, only: frozenset[str] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.only = only
        if only is not None:
            for name in set(FACTS) - only:
                del self.fields[name]
            self.last_values = {name: value for name, value in self.last_values.items() if name in only}

    @property
    def fact_names(self) -> list[str]:
        """The facts that this form asks for."""
        return [name for name in FACTS if name in self.fields] if hasattr(self, "fields") else list(FACTS)

    def _row(self):
        return f"{self.instance._meta.label_lower}:{self.instance.village_id}:{self.instance.year}"

    def clean(self):
        """Rules over several facts at their fields, together with all other faults."""
        cleaned = super().clean()
        row, changes = copy(self.instance), self.changes()
        for name, value in changes.items():
            setattr(row, name, value)
        for name, texts in rule_faults(row, set(changes)).items():
            self.add_error(name if name in self.fields else None, texts)
        return cleaned

    def sections(self) -> list[Section]:
        """The blocks that have a field here."""
        found = [
            self.section(one.title, one.slug, one.names, help=one.help, folded=one.slug not in _OPEN)
            for one in BLOCKS
        ]
        return [one for one in found if one.facts]

    def changed_by(self, name: str) -> str:
        """Who changed a fact last and when, by the log; "" when nobody can tell."""
        entry = (
            Entry.objects.filter(
                case_type="villages.village",
                case_id=self.instance.village_id,
                action="villages.year.save",
                changes__has_key=name,
            )
            .select_related("actor")
            .order_by("-pk")
            .first()
        )
        if entry is None:
            return ""
        who = entry.actor.name if entry.actor else "系统"
        return f"{who} {timezone.localtime(entry.at):%Y-%m-%d %H:%M}"
