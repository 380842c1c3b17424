"""What is said of each household of a list, under the sheet: one small form per case."""

from django import forms

from households.options.exit_options import OBSTACLES
from households.options.relations import RELATIONS
from households.services.exits.village import Signed
from poverty.review.services.meetings import Said
from poverty.web.controls import CountField, DayField

_PLEASE = ("", "请选择")


class CaseForm(forms.Form):
    """A form about one case; `about` says whose it is in the box of errors."""

    def __init__(self, data, case, **kwargs):
        self.case = case
        self.about = case.household.head_name
        super().__init__(data, prefix=f"case{case.pk}", **kwargs)


class VoteForm(CaseForm):
    """评议结果: votes, who stepped back, agreed or not."""

    votes_for = CountField(label="同意", unit="票", required=False)
    votes_against = CountField(label="反对", unit="票", required=False)
    abstained = CountField(label="弃权", unit="票", required=False)
    recused = forms.CharField(label="回避", max_length=200, required=False)
    agreed = forms.ChoiceField(
        label="结果", choices=(("yes", "通过"), ("no", "未通过")), initial="yes", widget=forms.RadioSelect
    )
    note = forms.CharField(label="未通过的原因", max_length=200, required=False)

    def clean(self):
        """Who was not agreed to is told why."""
        told = super().clean()
        if told.get("agreed") == "no" and not told.get("note", "").strip():
            self.add_error("note", "请写明未通过的原因。")
        return told

    def said(self) -> Said:
        """What the service takes."""
        told = self.cleaned_data
        return Said(
            self.case.pk,
            told["agreed"] == "yes",
            told["votes_for"],
            told["votes_against"],
            told["abstained"],
            told["recused"],
            told["note"],
        )


class FailForm(CaseForm):
    """Who did not pass a check, and why."""

    reason = forms.CharField(label="不通过的原因", max_length=200, required=False, help_text="通过的不填。")


class WordForm(CaseForm):
    """What a household said: who signed; or why not. Empty: did not sign on this day."""

    word = forms.ChoiceField(
        label="意见",
        choices=(("", "未签"), ("yes", "认可"), ("no", "不认可")),
        required=False,
        widget=forms.RadioSelect,
    )
    signer_name = forms.CharField(label="签字人", max_length=40, required=False)
    relation = forms.ChoiceField(label="与户主关系", choices=[_PLEASE, *RELATIONS.choices], required=False)
    reason = forms.CharField(label="不认可的原因", max_length=200, required=False)

    def __init__(self, data, case, **kwargs):
        super().__init__(data, case, **kwargs)
        self.fields["signer_name"].initial = case.household.head_name
        self.fields["relation"].initial = "head"

    def clean(self):
        """A word has a name; a refusal its reason."""
        told = super().clean()
        if not told.get("word"):
            return told
        if not told.get("signer_name", "").strip():
            self.add_error("signer_name", "请填写签字人姓名。")
        if not told.get("relation"):
            self.add_error("relation", "请选择签字人与户主的关系。")
        if told["word"] == "no" and not told.get("reason", "").strip():
            self.add_error("reason", "请写明农户说的原因。")
        return told

    def signed(self) -> Signed | None:
        """What the service takes; None: nothing was said."""
        told = self.cleaned_data
        if not told.get("word"):
            return None
        return Signed(
            self.case.pk, told["word"] == "yes", told["signer_name"], told["relation"], told["reason"]
        )


class ExceptionForm(CaseForm):
    """What a bureau found wrong; empty: in order."""

    note = forms.CharField(label="异常情况", max_length=200, required=False)


class CompareForm(forms.Form):
    """A bureau's comparison of a list."""

    confirmed_on = DayField(label="比对日期")
    legal_basis = forms.CharField(label="比对依据", max_length=200, help_text="文件名称或部门数据共享协议。")
    late_reason = forms.CharField(
        label="补录原因", max_length=200, required=False, help_text="按期录入的不填。"
    )


class ObstacleForm(forms.Form):
    """Something that keeps a household from exiting."""

    kind = forms.ChoiceField(label="情形", choices=[_PLEASE, *OBSTACLES.choices])
    since = DayField(label="发生日期")
    note = forms.CharField(label="情况说明", max_length=200)
