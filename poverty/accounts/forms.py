"""What is typed about accounts, people, postings and units. Rules are in the services; here is parsing."""

from django import forms
from django.db.models import Q

from poverty.accounts.models import Posting, Unit, User
from poverty.accounts.options.skills import SKILLS
from poverty.areas.models import Area, Level
from poverty.sql.prefix import within
from poverty.web.controls import CountField, DayField, YesNoUnknown
from poverty.web.merging import MergingForm

_LENGTH = {Level.PROVINCE: 0, Level.CITY: 1, Level.COUNTY: 2, Level.TOWNSHIP: 3, Level.VILLAGE: 4}


def areas_for(user, right: str, opened: str = ""):
    """Areas that a list of choices offers where `user` holds `right`.

    Whole counties are listed down to the village; above the county only down to counties, and what lies below
    `opened` (the area chosen in the top bar), so that a province never lists its 20,000 villages.
    """
    codes = user.scope(right).areas
    near = [code for code in codes if len(code) >= Level.COUNTY]
    far = [code for code in codes if len(code) < Level.COUNTY]
    found = within("code", near)
    if far:
        found |= within("code", far) & within_level(Level.COUNTY)
        if len(opened) >= Level.COUNTY and opened.startswith(tuple(far)):
            found |= within("code", [opened])
    return Area.objects.filter(found, valid_to=None).order_by("code")


def within_level(level):
    """Areas of this level or above."""
    return Q(level__lte=level)


def say_choose(form: forms.Form) -> None:
    """Where nothing is chosen yet a list says so in words, not in dashes."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "请选择"
        elif isinstance(field, forms.TypedChoiceField):
            field.choices = [(key, label if key else "请选择") for key, label in field.choices]


class AreaChoiceField(forms.ModelChoiceField):
    """A place, indented under the one it belongs to."""

    def label_from_instance(self, area):
        """桃园街道, indented by level, with its code for those who know it."""
        return f"{'　' * max(0, _LENGTH.get(area.level, 0) - 2)}{area.name}　{area.code}"


class SignInForm(forms.Form):
    username = forms.CharField(
        label="账号",
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label="密码",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(forms.Form):
    old = forms.CharField(
        label="原密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        max_length=200,
        help_text="至少 10 位，不用常见的词和自己的姓名，不全是数字。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        """Both times the same."""
        if self.cleaned_data.get("new") != self.cleaned_data.get("again") and not self.errors:
            self.add_error("again", "两次输入的新密码不一样。")
        return self.cleaned_data


class TokenForm(forms.Form):
    name = forms.CharField(label="用途", max_length=60, help_text="例如“每周导出户名单”。")
    days = CountField(label="有效天数", unit="天", initial=90, min_value=1, max_value=365)


class UserForm(MergingForm):
    """A person on record. Numbers are typed anew to change them; the stored ones stay masked."""

    not_merged = ("identity", "phone", "username")

    username = forms.CharField(
        label="账号",
        max_length=40,
        required=False,
        help_text="不填则只登记在册，不能登录。小写字母开头，例如 zhang.wei。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    identity = forms.CharField(
        label="证件号码", max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    skills = forms.MultipleChoiceField(
        label="技术特长", choices=SKILLS.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = (
            "name",
            "unit",
            "sex",
            "document_type",
            "political_status",
            "education",
            "rank",
            "position",
            "skills",
            "is_resident_team",
        )
        field_classes = {"is_resident_team": YesNoUnknown}

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(actor, "user.edit").filter(is_active=True)
        if self.instance.pk:
            if self.instance.unit_id:
                self.fields["unit"].queryset |= Unit.objects.filter(pk=self.instance.unit_id)
            del self.fields["username"]
            for name in ("identity", "phone"):
                stored = getattr(self.instance, name)
                if stored is not None:
                    self.fields[name].help_text = f"已登记 {stored.masked}，不改则留空。"
        self.fields["unit"].required = True
        say_choose(self)

    def clean_username(self):
        """Given here or not at all; the form of the name is the service's business."""
        return self.cleaned_data["username"].strip() or None

    def profile(self) -> dict:
        """What the service takes: a number that was not typed is left as it is."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        for name in ("identity", "phone"):
            if self.cleaned_data[name].strip():
                values[name] = self.cleaned_data[name]
        return values

    def _post_clean(self):
        """The service validates the whole person; the instance in hand is never saved."""


class AccountForm(forms.Form):
    username = forms.CharField(
        label="账号",
        max_length=40,
        help_text="小写字母开头，可含数字和 . _ -，例如 zhang.wei。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class PostingForm(forms.ModelForm):
    area = AreaChoiceField(label="区划", queryset=Area.objects.none())
    valid_from = DayField(label="开始时间", future=True)
    valid_to = DayField(
        label="终止时间", future=True, required=False, help_text="不填表示一直有效；当日起不再有效。"
    )

    class Meta:
        model = Posting
        fields = ("role", "area", "sector", "unit", "title", "valid_from", "valid_to", "document")

    def __init__(self, *args, actor, opened="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_for(actor, "posting.edit", opened)
        self.fields["unit"].queryset = Unit.objects.visible_to(actor, "posting.edit").filter(is_active=True)
        self.fields["sector"].help_text = "只有行业部门须选。"
        say_choose(self)

    def _post_clean(self):
        """The service validates; the instance in hand is never saved."""


class EndPostingForm(forms.Form):
    on = DayField(label="终止时间", future=True, help_text="从这一天起不再有效。")
    document = forms.CharField(label="文件", max_length=200, required=False)
    reason = forms.CharField(label="原因", max_length=200)


class UnitForm(MergingForm):
    area = AreaChoiceField(label="所在区划", queryset=Area.objects.none())

    class Meta:
        model = Unit
        fields = ("name", "kind", "area", "sector", "affiliation", "address", "is_active")

    def __init__(self, *args, actor, opened="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_for(actor, "unit.edit", opened)
        if not self.instance.pk:
            del self.fields["is_active"]
        say_choose(self)

    def values(self) -> dict:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}

    def _post_clean(self):
        """The service validates; the instance in hand is never saved."""
