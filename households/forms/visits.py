"""The visit form of the office and of phones with network: the blocks of the template, prefilled; only differences count."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from households.ages import age_on
from households.forms.visit_fields import (
    AMOUNT_ROWS,
    NEED_ROWS,
    SPECIAL_FIELDS,
    ask_about_the_day,
    ask_for_a_photo,
    ask_for_position,
    own_field,
    question_field,
    told,
)
from households.models import Household, Member, MemberSurvey, Survey, VisitTemplate
from households.options.health_states import HEALTH_STATES
from households.options.visits import HOME, VISIT_WAYS
from households.visits.blocks import (
    HAS_PHONE,
    HOUSEHOLD,
    INCOME,
    MEMBER,
    NOTE,
    POSITION,
    meant_for,
)
from households.visits.made import Made
from households.visits.sent import ON_A_PAGE, Sent, SentAmount, SentFact, SentNeed, SentPhoto
from households.visits.services.photos import digest_of
from households.visits.values import tell_fact
from poverty.web.controls import DayField
from poverty.web.merge import equal

_STALE = "页面内容不完整，请重新打开再填。"
_OTHER_YEAR = "年度已变，请重新打开再填。"


@dataclass
class Block:
    """A block as the page draws it. `whose`: the person asked about, "" the household or the visit."""

    title: str
    key: str
    whose: str = ""
    fields: list[forms.BoundField] = field(default_factory=list)
    help: str = ""


@dataclass(frozen=True)
class _Asked:
    """A fact that the form asks: field of the form -> whose fact."""

    name: str
    member: int | None


class VisitForm(forms.Form):
    """One visit by the template. `survey`, `people` (member, facts): what is known and prefilled; `visitors`: who may
    have made it, as choices; `made`: visits it has had; `asks_position`, `asks_photo`: the county does. `base` keeps
    what was seen, for the merge by field; `identity` makes it arrive once.
    """

    identity = forms.UUIDField(widget=forms.HiddenInput)
    base = forms.CharField(widget=forms.HiddenInput, max_length=60_000)
    of_year = forms.IntegerField(
        widget=forms.HiddenInput
    )  # whose facts were seen: what `base` holds is of it
    happened_on = DayField(label="走访日期")
    visitor = forms.TypedChoiceField(label="走访人", coerce=int)
    companions = forms.CharField(label="同行人", max_length=200, required=False)
    way = forms.ChoiceField(label="方式", choices=VISIT_WAYS.choices, initial=HOME, widget=forms.RadioSelect)
    whole_away = forms.BooleanField(
        label="整户外出", required=False, help_text="整户外出的才能电话或视频走访。"
    )
    late_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="走访已过去较久时必填。"
    )
    confirm_rest = forms.BooleanField(
        label="其余各项已当面核对，没有变化", required=False, help_text="没有改的已知各项，来源记为这次走访。"
    )
    remark = forms.CharField(
        label="走访情况", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    problems = forms.CharField(
        label="发现问题", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_promise = forms.CharField(label="下一步措施", max_length=500, required=False)
    next_on = DayField(label="下次走访日期", required=False, future=True)

    def __init__(
        self,
        data=None,
        files=None,
        *,
        household: Household,
        template: VisitTemplate,
        survey: Survey,
        people: Sequence[tuple[Member, MemberSurvey]],
        visitors: Sequence[tuple[int, str]],
        year: int,
        made: Sequence[Made] = (),
        asks_position: bool = False,
        asks_photo: bool = False,
        **kwargs,
    ):
        self.household, self.template, self.year, self.made = household, template, year, made
        self._asks_position, self._asks_photo = asks_position, asks_photo
        self.people = [member for member, _ in people]
        self._facts: dict[str, _Asked] = {}
        self._answers: dict[str, str] = {}
        self._layout: list[tuple[str, str, str, list[str]]] = []
        initial: dict[str, Any] = {
            "identity": str(uuid4()),
            "happened_on": timezone.localdate(),
            "visitor": visitors[0][0] if visitors else None,
            "of_year": year,
        }
        built = self._built(survey, people, initial)
        initial["base"] = json.dumps(
            {
                name: tell_fact(asked.name, _row_of(asked, survey, people, asked.name))
                for name, asked in self._facts.items()
            }
        )
        super().__init__(data, files, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.fields |= built
        self.fields["visitor"].choices = visitors
        for name in ("base", "of_year"):
            self.fields[name].error_messages.update(required=_STALE, invalid=_STALE)

    def _built(self, survey, people, initial) -> dict[str, forms.Field]:
        """The fields of the blocks asked this month, in their order."""
        today = timezone.localdate()
        found: dict[str, forms.Field] = {}
        for block in self.template.blocks:
            if not meant_for(block, month=today.month):
                continue
            if block.get("when") == HAS_PHONE and self.household.phone is None:
                continue
            # Written down in the office as often as in the yard: a position is asked only where the county asks.
            if block["key"] == POSITION and not self._asks_position:
                continue
            if block["of"] == MEMBER:
                for member, facts in people:
                    if meant_for(block, month=today.month, age=age_on(member.birth_date, today)):
                        self._add(found, block, f"m{member.pk}-", member.name, facts, member.pk, initial)
            elif block["key"] in SPECIAL_FIELDS:
                names = SPECIAL_FIELDS[block["key"]](found, self.year)
                self._layout.append((block["title"], block["key"], "", names))
            elif block.get("questions"):
                row = survey if block["of"] == HOUSEHOLD else None
                self._add(found, block, "h-", "", row, None, initial)
        return found

    def _add(
        self, found, block: Mapping[str, Any], prefix: str, whose: str, row, member: int | None, initial
    ) -> None:
        names = []
        for one in block.get("questions", ()):
            if one.get("field") and row is not None:
                name = f"{prefix}{one['field']}"
                found[name] = question_field(block["of"], one)
                value = getattr(row, one["field"])
                initial[name] = (
                    [key for key in value.split(",") if key] if one["field"] == "health_states" else value
                )
                self._facts[name] = _Asked(one["field"], member)
                names.append(name)
            elif not one.get("field"):
                name = f"a-{one['key']}"
                found[name] = own_field(one)
                self._answers[name] = one["key"]
                names.append(name)
                if one.get("note"):
                    found[f"{name}{NOTE}"] = forms.CharField(label="说明", max_length=500, required=False)
                    self._answers[f"{name}{NOTE}"] = f"{one['key']}{NOTE}"
                    names.append(f"{name}{NOTE}")
        self._layout.append((block["title"], block["key"], whose, names))

    def blocks(self) -> list[Block]:
        """What the page draws, in the order of the template; the income sheet has a page of its own."""
        return [
            Block(title, key, whose, [self[name] for name in names])
            for title, key, whose, names in self._layout
            if names or key == INCOME
        ]

    def clean_of_year(self) -> int:
        """The year that was seen; another one, opened or closed meanwhile, holds other facts."""
        if self.cleaned_data["of_year"] != self.year:
            raise ValidationError(_OTHER_YEAR)
        return self.year

    def clean_base(self) -> dict[str, Any]:
        """What was seen, by field of the form."""
        try:
            found = json.loads(self.cleaned_data["base"])
        except ValueError as error:
            raise ValidationError(_STALE) from error
        if not isinstance(found, dict):
            raise ValidationError(_STALE)
        return found

    def sent(self) -> Sent:
        """The visit, of a valid form: facts that differ, and, where the rest was confirmed, those known as they are."""
        values = self.cleaned_data
        return Sent(
            identity=values["identity"],
            household=self.household.pk,
            year=self.year,
            template=self.template.pk,
            happened_on=values["happened_on"],
            way=values["way"],
            whole_away=values["whole_away"],
            late_reason=values["late_reason"],
            companions=values["companions"],
            answers={
                key: told(values[name])
                for name, key in self._answers.items()
                if values.get(name) not in (None, "", [])
            },
            facts=tuple(self._said()),
            amounts=tuple(self._amounts()),
            needs=tuple(self._needs()),
            remark=values["remark"],
            problems=values["problems"],
            next_promise=values["next_promise"],
            next_on=values["next_on"],
            signer_name=values.get("signer_name", ""),
            signer_relation=values.get("signer_relation", ""),
            signed=values.get("signed"),
            refusal_reason=values.get("refusal_reason", ""),
            **self._position(),
            photos=tuple(photo for photo, _ in self.photos()),
            device=ON_A_PAGE,
        )

    def _position(self) -> dict[str, Any]:
        found = self.cleaned_data.get("position")
        if found is None:
            return {"position_reason": self.cleaned_data.get("position_reason", "").strip()}
        return {"latitude": found.latitude, "longitude": found.longitude, "accuracy": found.accuracy}

    def photos(self) -> list[tuple[SentPhoto, Any]]:
        """(announced, upload) of each photo, with an identity that is the same when the form is sent again."""
        found = {}
        for name, kind in (("photos", "other"), ("signature_photos", "signature")):
            for upload in self.cleaned_data.get(name) or ():
                digest = digest_of(upload)
                identity = uuid5(self.cleaned_data["identity"], digest)
                found[identity] = (SentPhoto(identity, digest, upload.size, None, kind), upload)
        return list(found.values())

    def _said(self) -> Iterable[SentFact]:
        base = self.cleaned_data["base"]
        for name, asked in self._facts.items():
            value = self.cleaned_data.get(name)
            if asked.name == "health_states":
                value = [key for key in HEALTH_STATES.keys if key in (value or ())]
            else:
                value = tell_fact(asked.name, value)
            seen = base.get(name)
            differs = not (
                equal(value, seen) or (not value and not seen and value is not False and seen is not False)
            )
            known = value not in (None, "", [])
            if differs or (self.cleaned_data["confirm_rest"] and known):
                yield SentFact(asked.name, seen, value, asked.member)

    def _amounts(self) -> Iterable[SentAmount]:
        for number in range(AMOUNT_ROWS):
            amount = self.cleaned_data.get(f"amount-{number}")
            if amount:
                rest = {
                    name: self.cleaned_data[f"amount-{number}-{name}"]
                    for name in ("direction", "item", "note")
                }
                yield SentAmount(amount=Decimal(amount), **rest)

    def _needs(self) -> Iterable[SentNeed]:
        for number in range(NEED_ROWS):
            text = (self.cleaned_data.get(f"need-{number}-text") or "").strip()
            if text:
                kind, whom = (self.cleaned_data[f"need-{number}-{name}"] for name in ("kind", "whom"))
                identity: UUID = uuid5(self.cleaned_data["identity"], f"need {number}")
                yield SentNeed(identity, kind, text, whom)

    def clean(self):
        """Rows that are half filled in say what is missing."""
        cleaned = super().clean()
        for number in range(NEED_ROWS):
            if (cleaned.get(f"need-{number}-text") or "").strip():
                for name, words in (("kind", "请选择诉求类别。"), ("whom", "请选择由谁答复。")):
                    if not cleaned.get(f"need-{number}-{name}"):
                        self.add_error(f"need-{number}-{name}", words)
        for number in range(AMOUNT_ROWS):
            name = f"amount-{number}"
            if cleaned.get(f"{name}-note") and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "请填金额。")
        if "position" in self.fields:
            ask_for_position(self)
        if self._asks_photo:
            ask_for_a_photo(self)
        ask_about_the_day(self, self.made)
        return cleaned


def _row_of(asked: _Asked, survey, people, name: str) -> Any:
    if asked.member is None:
        return getattr(survey, name)
    return next(getattr(facts, name) for member, facts in people if member.pk == asked.member)
