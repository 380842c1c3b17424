"""One text per value, so that a value from the row, from the page and from last week compare equal or not."""

import json
from datetime import date, datetime, time
from decimal import Decimal

from django import forms
from django.db.models import Model
from django.utils import timezone

YES_NO = {"true": "是", "false": "否", "unknown": "未知"}


def canonical(field, value) -> str:
    """The comparable text of a form field's value: "" for not answered, whatever its kind."""
    value = field.prepare_value(value) if not isinstance(value, Model) else value.pk
    return _text(value)


def _text(value):
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, (Decimal, float, int)):
        number = Decimal(str(value))
        return format(
            number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize(), "f"
        )
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(
            timespec="seconds"
        )
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return json.dumps(sorted(_text(item) for item in value), ensure_ascii=False)
    # A textarea sends CR LF whatever was stored.
    return str(value).replace("\r\n", "\n").strip()


def shown(field, text: str) -> str:
    """A canonical text in the words of the form: labels of choices, 是/否, （空）."""
    if text == "":
        return "未知" if isinstance(field, forms.NullBooleanField) else "（空）"
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) and text.startswith("["):
        return "、".join(_label(field, item) for item in json.loads(text)) or "（空）"
    return _label(field, text)


def _label(field, text):
    queryset = getattr(field, "queryset", None)
    if queryset is not None:
        row = queryset.filter(**{field.to_field_name or "pk": text}).first()
        return field.label_from_instance(row) if row else text
    # Not `choices or ()`: choices that are worked out when asked for have no length.
    for key, label in _flat(getattr(field, "choices", ())):
        if _text(key) == text:
            return str(label)
    return YES_NO.get(text, text)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield key, label
