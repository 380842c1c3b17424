"""What is said when something of a visit is decided: the reason of a withdrawal, the remark about a photo, a choice."""

import json

from django import forms
from django.core.exceptions import ValidationError

from households.forms.visit_fields import Photos
from households.options.visits import RECHECK_RESULTS
from poverty.web.controls import DayField


class RecheckForm(forms.Form):
    """The joint re-check of a visit without a signature."""

    happened_on = DayField(label="复核日期")
    people = forms.CharField(
        label="参加复核的人",
        max_length=200,
        help_text="写明姓名和单位、职务，例如：村支书李明、驻村工作队王强。",
        error_messages={"required": "请写明谁参加了复核。"},
    )
    result = forms.ChoiceField(
        label="复核结果",
        choices=[("", "请选择"), *RECHECK_RESULTS.choices],
        error_messages={"required": "请选择复核结果。"},
    )
    remark = forms.CharField(
        label="复核情况",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="农户为什么没有签，各项信息是否属实，下一步怎么办。",
        error_messages={"required": "请写明复核的情况。"},
    )


class MorePhotosForm(forms.Form):
    """Photos that a visit has announced and not got."""

    photos = Photos(label="照片", error_messages={"required": "请先选择照片。"})


class PhotoGoneForm(forms.Form):
    """Why a photo is not waited for any more."""

    reason = forms.CharField(
        label="为什么不要了",
        max_length=200,
        help_text="例如：手机丢失；照片打不开，当时没有另拍。",
        error_messages={"required": "请写明为什么不要这张照片了。"},
    )


class LookedForm(forms.Form):
    """What the reviewer found about a photo."""

    remark = forms.CharField(
        label="核对情况",
        max_length=200,
        help_text="例如：已电话核实，确为当天入户所拍。",
        error_messages={"required": "请写明核对的情况。"},
    )


class DecisionForm(forms.Form):
    """Which value stands, and what the decider saw as the register's."""

    take = forms.TypedChoiceField(
        choices=[("yes", "采用走访的值"), ("no", "保留登记的值")],
        coerce=lambda text: text == "yes",
        error_messages={"required": "请选择采用哪一个值。", "invalid_choice": "请选择采用哪一个值。"},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def clean_seen(self):
        """The register's value as it was shown."""
        try:
            return json.loads(self.cleaned_data["seen"] or "null")
        except ValueError as error:
            raise ValidationError("页面内容不完整，请刷新后再决定。") from error


class TakeForm(forms.Form):
    """Whether a held visit is taken over."""

    take = forms.TypedChoiceField(
        choices=[("yes", "采用这次走访"), ("no", "只作记录，不采用")],
        coerce=lambda text: text == "yes",
        error_messages={"required": "请选择是否采用。", "invalid_choice": "请选择是否采用。"},
    )
