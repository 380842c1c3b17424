"""A form that is about the county which its page showed: another tab may have chosen another one since."""

from django import forms


class OfCountyForm(forms.Form):
    """`county`: code of the county chosen now. Sent from a page about another one, nothing is done."""

    county = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, county: str, **kwargs):
        super().__init__(*args, **kwargs)
        self._chosen = county
        self.initial["county"] = county

    def clean(self):
        """The page was about the county chosen now."""
        cleaned = super().clean()
        if cleaned.pop("county", "") != self._chosen:
            self.add_error(None, "打开本页以后换了区划，没有保存。请返回，选好区划再填。")
        return cleaned
