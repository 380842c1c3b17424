"""The controls of the visit form: questions of a template, and the blocks that are more than questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from households.forms.facts import fact_field
from households.options.health_states import HEALTH_STATES
from households.options.income_items import items_for
from households.options.need_kinds import NEED_KINDS
from households.options.need_parties import NEED_PARTIES
from households.options.visits import HOME
from households.visits.blocks import (
    AMOUNTS,
    INCOME,
    MODELS,
    NEEDS,
    PHOTOS,
    POSITION,
    SIGNATURE,
    options_named,
)
from households.visits.made import Made, of_the_day
from poverty.files import images, storage
from poverty.files.kinds import ALLOWED, LARGEST, Kind
from poverty.files.refusals import refusal
from poverty.files.sniffing import sniff
from poverty.web.controls import DayField, MoneyField, YesNoUnknown
from poverty.web.questions import ask

NEED_ROWS, AMOUNT_ROWS, MOST_PHOTOS = 2, 3, 9
_MICRO = Decimal("0.000001")


class ManyFiles(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class Photos(forms.FileField):
    """Several photos; each is looked at by its content."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        """The uploads, all of them photos; [] for none."""
        uploads = [one for one in (data if isinstance(data, list) else [data]) if one]
        if len(uploads) > MOST_PHOTOS:
            raise ValidationError(f"一次最多 {MOST_PHOTOS} 张照片。")
        for one in uploads:
            _require_photo(one)
        return uploads


def _require_photo(upload) -> None:
    """ValidationError (refusals.py) for what is no photo: said before anything is kept."""
    try:
        with storage.receive(upload.chunks(), LARGEST) as received:
            if not received.size:
                raise refusal("empty")
            images.examine(received.path, sniff(received.path, Kind.PHOTO))
    except storage.TooLarge as error:
        raise refusal("too_large", limit=LARGEST // 2**20) from error
    finally:
        upload.seek(0)


def question_field(of: str, one: Mapping[str, Any]) -> forms.Field:
    """The control of a question that asks a fact of the year."""
    if one["field"] == "health_states":
        made: forms.Field = forms.MultipleChoiceField(
            choices=HEALTH_STATES.choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    else:
        made = fact_field(MODELS[of]._meta.get_field(one["field"]))
    made.label, made.required = one["label"], False
    made.help_text = one.get("help", "")
    return made


def own_field(one: Mapping[str, Any]) -> forms.Field:
    """The control of a question of the template's own."""
    kind, words = one["kind"], {"label": one["label"], "required": False, "help_text": one.get("help", "")}
    options = one.get("options") or ()
    named = options_named(options) if isinstance(options, str) else None
    choices = named.choices if named else [tuple(pair) for pair in options if not isinstance(options, str)]
    if kind == "yes_no":
        words.pop("required")
        return YesNoUnknown(**words)
    if kind == "choice":
        return forms.ChoiceField(choices=[("", "未填"), *choices], **words)
    if kind == "choices":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **words)
    limits = {"min_value": one.get("min"), "max_value": one.get("max")}
    if kind == "integer":
        return forms.IntegerField(**words, **limits)
    if kind in ("decimal", "money"):
        return forms.DecimalField(max_digits=12, decimal_places=2, **words, **limits)
    if kind == "date":
        return DayField(**words)
    return forms.CharField(max_length=500, **words)


def told(value: Any) -> Any:
    """An answer as it is kept."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _amount_fields(found, year: int) -> list[str]:
    names = []
    items = [("", "其他"), *[(one.key, one.label) for one in items_for(year)]]
    for number in range(AMOUNT_ROWS):
        made = {
            f"amount-{number}-direction": forms.ChoiceField(
                label="收支",
                choices=[("income", "收入"), ("expense", "支出")],
                initial="expense",
                required=False,
            ),
            f"amount-{number}": MoneyField(label="金额", required=False, max_digits=12),
            f"amount-{number}-item": forms.ChoiceField(label="项目", choices=items, required=False),
            f"amount-{number}-note": forms.CharField(label="说明", max_length=200, required=False),
        }
        found |= made
        names += made
    return names


def _need_fields(found, _year: int) -> list[str]:
    names = []
    for number in range(NEED_ROWS):
        made = {
            f"need-{number}-kind": forms.ChoiceField(
                label="诉求类别", choices=[("", "未填"), *NEED_KINDS.choices], required=False
            ),
            f"need-{number}-text": forms.CharField(label="要解决什么", max_length=500, required=False),
            f"need-{number}-whom": forms.ChoiceField(
                label="由谁答复", choices=[("", "未填"), *NEED_PARTIES.choices], required=False
            ),
        }
        found |= made
        names += made
    return names


def _signature_fields(found, _year: int) -> list[str]:
    made = {
        "signed": YesNoUnknown(label="农户是否签字", help_text="没有要求签字的选“未知”。"),
        "signer_name": forms.CharField(label="签字人", max_length=60, required=False),
        "signer_relation": forms.CharField(label="与户主关系", max_length=40, required=False),
        "refusal_reason": forms.CharField(label="未签字原因", max_length=200, required=False),
        "signature_photos": Photos(label="签字的纸（照片或扫描）", required=False),
    }
    made["signature_photos"].widget.attrs["accept"] = _accepts()
    found |= made
    return list(made)


def _photo_fields(found, _year: int) -> list[str]:
    found["photos"] = Photos(
        label="照片", required=False, help_text=f"JPG、PNG、WebP，一次最多 {MOST_PHOTOS} 张。"
    )
    found["photos"].widget.attrs["accept"] = _accepts()
    return ["photos"]


def _position_fields(found, _year: int) -> list[str]:
    made = {
        "position": forms.CharField(
            label="定位", required=False, max_length=60, widget=forms.HiddenInput(attrs={"data-position": ""})
        ),
        "position_reason": forms.CharField(
            label="没有定位的原因",
            max_length=200,
            required=False,
            help_text="定不了位的写明原因；事后在办公室补录的，写“事后补录”。",
        ),
    }
    found |= made
    return list(made)


@dataclass(frozen=True)
class Position:
    """Where the visitor's device was, degrees; accuracy in metres, None: it does not say."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int | None


def read_position(text: str) -> Position | None:
    """ "41.728,126.123,20" as static/js/visit-position.js writes it; None for nothing, ValidationError for anything else."""
    if not text:
        return None
    try:
        latitude, longitude, accuracy = (Decimal(part) for part in text.split(","))
        if not (abs(latitude) <= 90 and abs(longitude) <= 180 and 0 <= accuracy < 10**7):
            raise ValueError
    except (ArithmeticError, ValueError) as error:
        raise ValidationError("定位的内容不对，请重新记下位置。") from error
    return Position(latitude.quantize(_MICRO), longitude.quantize(_MICRO), round(accuracy))


def ask_for_position(form: forms.Form) -> None:
    """Where the county asks for a position of a visit at the house: there is one, or why there is none."""
    values = form.cleaned_data
    if values.get("way") != HOME:  # taken before the way was changed: a call is made from anywhere
        values["position"], values["position_reason"] = None, ""
        return
    try:
        values["position"] = read_position(values.get("position", ""))
    except ValidationError as error:
        values["position"] = None
        form.add_error("position_reason", error)
        return
    if values["position"] is not None:
        values["position_reason"] = ""
    elif not (values.get("position_reason") or "").strip():
        form.add_error("position_reason", "县里要求入户走访有定位：请记下现在的位置；定不了位的，写明原因。")


def ask_for_a_photo(form: forms.Form) -> None:
    """Where the county asks for a photo of visits at the house: question one without. One typed from paper may have none."""
    values = form.cleaned_data
    if values.get("way") == HOME and "photos" in form.fields and not (values.get("photos") or form.errors):
        ask(
            form,
            "photos",
            "县里要求入户走访有照片，这次没有。有的请选上；确实没有的，在走访情况里写明，再保存。",
        )


def _accepts() -> str:
    return ",".join(one.mime for one in ALLOWED[Kind.PHOTO])


# Blocks that are more than questions -> what adds their fields, and gives their names.
SPECIAL_FIELDS = {
    AMOUNTS: _amount_fields,
    NEEDS: _need_fields,
    SIGNATURE: _signature_fields,
    PHOTOS: _photo_fields,
    INCOME: lambda found, year: [],
    POSITION: _position_fields,
}


def ask_about_the_day(form: forms.Form, made: Iterable[Made]) -> None:
    """Question a second visit of the same person on the same day; of the same identity it is the same one."""
    values = form.cleaned_data
    others = [one for one in made if one.identity != values.get("identity")]
    found = of_the_day(others, values.get("visitor"), values.get("happened_on"))
    if found is not None:
        ask(form, "happened_on", f"这户已有 {found.words} 的走访。是同一次的不要再录；确是两次的，再保存。")
