"""What a page bears that is written once, however often it is sent."""

from uuid import uuid4

from django import forms

_STALE = "页面内容不完整，请重新打开再填。"


class OnceForm(forms.Form):
    """What is written once, however often its page is sent: `identity` is made with the page
    (households/services/once.py).
    """

    identity = forms.UUIDField(
        label="页面", widget=forms.HiddenInput, error_messages={"required": _STALE, "invalid": _STALE}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("identity", str(uuid4()))
