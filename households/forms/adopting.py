"""The form of 带入 for a list of households."""

from django import forms

from households.forms.places import AdoptForm


class AdoptListForm(AdoptForm):
    """As for one household, with the list: pasted numbers, or left empty for the list the page was opened from."""

    numbers = forms.CharField(
        label="户编号",
        required=False,
        max_length=600_000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text="每行一个，也可用逗号分开；还没有户编号的户填本系统编号，例如 220503100-000123。",
    )
