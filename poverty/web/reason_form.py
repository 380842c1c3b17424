"""The form that asks for nothing but why: something is taken back, called off, given up.

ReasonForm(sent(request), label="撤回原因", help_text="例如：记到了别的户。")
"""

from django import forms


class ReasonForm(forms.Form):
    """Why, in one line. `words`: what the page says about it, as a CharField takes it (help_text, error_messages)."""

    def __init__(self, data=None, *, label: str = "原因", **words):
        super().__init__(data)
        self.fields["reason"] = forms.CharField(label=label, max_length=200, **words)
