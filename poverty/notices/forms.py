"""Reading what somebody without an account types; the rules stand in services/."""

from django import forms

from poverty.web.controls import CountField


class OutsideObjectionForm(forms.Form):
    """An objection to one household of a sheet, or to something else about the notice."""

    number = CountField(
        label="公示单上的序号",
        required=False,
        max_value=99_999,
        help_text="这一户在公示单第一栏的号码。只填一户，几户请分几次提交。",
    )
    about = forms.CharField(
        label="户主姓名或别的情况",
        max_length=50,
        required=False,
        help_text="不知道序号，或者认为漏了某户、程序不对，写在这里。",
    )
    text = forms.CharField(
        label="异议内容",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 1000}),
        help_text="写清楚什么情况、怎么知道的，便于核查。最多 1000 字。",
    )
    name = forms.CharField(label="您的姓名", max_length=60, required=False, help_text="可以不填。")
    phone = forms.CharField(
        label="联系电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text="可以不填。填了才能把核查结果告诉您；加密保存。",
    )


class CodeForm(forms.Form):
    """The code printed on a sheet, typed by who cannot scan it."""

    code = forms.CharField(
        label="公示单上的查询码",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        """Without the spaces in which it is printed and in small letters."""
        return "".join(self.cleaned_data["code"].split()).lower()
