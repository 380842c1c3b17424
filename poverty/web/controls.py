"""Form fields of the field's papers: 是/否/未知, yuan, percentages, days. Messages say what to do."""

import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone


class YesNoUnknownRadio(forms.RadioSelect):
    """Three radios over True, False and None; drawn as one segmented control."""

    def __init__(self, attrs=None):
        super().__init__(attrs, choices=[("true", "是"), ("false", "否"), ("unknown", "未知")])

    def format_value(self, value):
        """A radio group always shows a choice: None is 未知, never blank."""
        return [{True: "true", False: "false"}.get(_truth(value), "unknown")]

    def value_from_datadict(self, data, files, name):
        return _truth(data.get(name))


def _truth(value):
    return {True: True, False: False, "true": True, "True": True, "false": False, "False": False}.get(value)


class YesNoUnknown(forms.NullBooleanField):
    """True 是, False 否, None 未知. Nothing sent at all also means unknown."""

    widget = YesNoUnknownRadio

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "required": False})  # one of the three is always chosen


def _plain_digits(value):
    """Full-width digits, thousands commas, blanks and a trailing 元 as people type them."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFKC", value).replace(",", "").replace(" ", "").strip()
    return text.removeprefix("¥").removesuffix("元")


class MoneyField(forms.DecimalField):
    """Yuan with two decimals, not negative unless `negative=True`. Empty is NULL: not answered; 0 is none."""

    unit = "元"

    def __init__(self, *, negative=False, **kwargs):
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "请填金额，例如 12340.50。"
        self.error_messages["max_decimal_places"] = "最多两位小数。"
        if not negative:
            self.validators.append(MinValueValidator(Decimal(0), "金额不能为负数。"))

    def to_python(self, value):
        return super().to_python(_plain_digits(value))


class CountField(forms.IntegerField):
    """A whole number of something, not negative, with its unit word (人, 亩, 天 ...)."""

    def __init__(self, *, unit="", **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.unit = unit
        self.error_messages["invalid"] = "请填整数。"
        self.validators.append(MinValueValidator(0, "不能为负数。"))

    def to_python(self, value):
        return super().to_python(_plain_digits(value))


class PercentField(forms.DecimalField):
    """0 to 100 with up to two decimals."""

    unit = "%"

    def __init__(self, **kwargs):
        kwargs.setdefault("max_digits", 5)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "请填 0 到 100 之间的数。"
        self.validators += [
            MinValueValidator(Decimal(0), "百分比不能小于 0。"),
            MaxValueValidator(Decimal(100), "百分比不能大于 100。"),
        ]

    def to_python(self, value):
        value = _plain_digits(value)
        return super().to_python(value.removesuffix("%") if isinstance(value, str) else value)


class DayField(forms.DateField):
    """A day from a paper: 2018-11-03, also 20181103 or 2018年11月3日; future days by `future=True`."""

    def __init__(self, *, future=False, **kwargs):
        super().__init__(**kwargs)
        self.future = future
        self.error_messages["invalid"] = "日期写成 2018-11-03。"

    def to_python(self, value):
        return super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)

    def validate(self, value):
        super().validate(value)
        if value and not self.future and value > timezone.localdate():
            raise ValidationError("日期在今天之后，请核对。", code="future")
