"""Naming another household in a form: by 户编号, our own number, or the name of its head."""

import re

from django import forms
from django.core.exceptions import ValidationError

from households.models import Household
from poverty.fields.normalise import compact

_OWN_NUMBER = re.compile(r"([0-9]{9})-0*([0-9]{1,18})")
_SHOWN = 5


class HouseholdField(forms.CharField):
    """Text that names one registered household the actor sees, in the same county; its value is the
    Household.
    """

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "填户编号、系统号或户主姓名。")
        super().__init__(max_length=60, **kwargs)
        self.widget.attrs.update({"autocomplete": "off"})
        self.candidates = Household.objects.none()

    def among(self, household: Household, actor) -> None:
        """Choose among the households of the county of `household` that the actor sees, without itself."""
        self.candidates = (
            Household.objects.visible_to(actor)
            .on_register()
            .under(household.area_id[:6])
            .exclude(pk=household.pk)
            .select_related("area")
        )

    def clean(self, value):
        """The household meant; several of a name are listed, so that a number can be chosen."""
        text = compact(super().clean(value) or "")
        if not text:
            return None
        found = list(self._meant(text)[: _SHOWN + 1])
        if not found:
            raise ValidationError(f"没有找到“{text}”：请填本县在册户的户编号、系统号或户主姓名。")
        if len(found) > 1:
            listed = "；".join(_told(one) for one in found[:_SHOWN]) + ("等" if len(found) > _SHOWN else "")
            raise ValidationError(f"有多户符合：{listed}。请改填其中的编号。")
        return found[0]

    def _meant(self, text: str):
        if own := _OWN_NUMBER.fullmatch(text):
            return self.candidates.under(own[1]).filter(pk=int(own[2]))
        by_number = self.candidates.filter(household_no=text)
        return by_number if by_number.exists() else self.candidates.filter(head_name=text)


def _told(household: Household) -> str:
    number = household.household_no or household.own_no
    return f"{household.area.name}{household.head_name}户 {household.size}人 {number}"
