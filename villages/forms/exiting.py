"""Forms of the exit of villages: the plan, what was found on the spot, certificates, notices, sending back."""

from django import forms

from poverty.accounts.options.sectors import SECTORS
from poverty.files.kinds import Kind, accepts, named
from poverty.standards.models import Requirement
from poverty.web.controls import CountField, DayField
from villages.options.list_levels import LIST_LEVELS
from villages.services.exiting import Found

_LATE = "几天以前的事项今天才录入的须填写，例如：纸质材料汇总后录入。"


class PaperForm(forms.Form):
    """What every step says: the day on the paper, by which document, why late."""

    happened_on = DayField(label="发生日期", required=False, help_text="以纸质材料为准，不填为今天。")
    document_name = forms.CharField(label="依据文件", max_length=200, required=False)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False, help_text=_LATE)

    def entry(self) -> dict:
        """The keyword arguments of review.fire."""
        return {name: self.cleaned_data.get(name) or None for name in ("happened_on",)} | {
            name: self.cleaned_data.get(name, "") for name in self.fields if name != "happened_on"
        }


class PlanForm(PaperForm):
    """列入出列计划: the year's plan of the county."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document_name"].required = True
        self.fields["document_name"].help_text = "例如：2018年度贫困村退出计划及文号。"


class ListForm(PaperForm):
    """列入贫困村名单: by whom, since when, by which paper."""

    level = forms.ChoiceField(label="名单级别", choices=[("", "请选择"), *LIST_LEVELS.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].label, self.fields["happened_on"].required = "列入日期", True
        self.fields["document_name"].required = True
        self.order_fields(["level", "happened_on", "document_name", "late_reason"])


class SheetForm(forms.Form):
    """核查表: 达到 or 未达到 for every requirement, with what is lacking; who came, when, and what they say.

    `entry` adds who decided where the step is signed by somebody else (市级验收), and its document; the signed sheet
    may come with it.
    """

    checked_on = DayField(label="核查日期")
    team = forms.CharField(label="参加人员", max_length=200, help_text="与纸质表签字一致，用顿号分开。")
    opinion = forms.CharField(
        label="意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    decided_by_name = forms.CharField(
        label="办理人", max_length=60, required=False, help_text="代别人录入时填签字的人，并注明纸质材料。"
    )
    document_name = forms.CharField(label="依据文件", max_length=200, required=False)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False, help_text=_LATE)

    def __init__(self, *args, requirements: list[Requirement], known=(), signed_outside=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.requirements = requirements
        found = {one.indicator: one for one in known}
        if signed_outside:
            self.fields["decided_by_name"].label = "验收组负责人"
            self.fields["decided_by_name"].required = self.fields["document_name"].required = True
            self.fields["decided_by_name"].help_text = "以验收表签字为准。"
            self.fields["document_name"].help_text = "验收通知或验收表文号。"
            self.fields["scan"] = forms.FileField(
                label="验收表扫描件",
                required=False,
                help_text=f"已上传的不用再传；{named(Kind.SCAN)}。",
                widget=forms.FileInput(attrs={"accept": accepts(Kind.SCAN)}),
            )
        for one in requirements:
            item = found.get(one.indicator)
            self.fields[f"item-{one.indicator}"] = forms.ChoiceField(
                label=one.label,
                choices=[("yes", "达到"), ("no", "未达到")],
                widget=forms.RadioSelect,
                initial=None if item is None else ("yes" if item.passed else "no"),
                error_messages={"required": "请选择达到或未达到。"},
            )
            self.fields[f"note-{one.indicator}"] = forms.CharField(
                label=f"{one.label}说明",
                max_length=200,
                required=False,
                initial=item.note if item else "",
            )

    def clean(self):
        """What is not reached says what is lacking."""
        cleaned = super().clean()
        for one in self.requirements:
            failed = cleaned.get(f"item-{one.indicator}") == "no"
            if failed and not cleaned.get(f"note-{one.indicator}", "").strip():
                self.add_error(f"note-{one.indicator}", "未达到的请写明差什么。")
        return cleaned

    def rows(self) -> list[tuple]:
        """(requirement, answer, note) as the page draws them."""
        return [
            (one, self[f"item-{one.indicator}"], self[f"note-{one.indicator}"]) for one in self.requirements
        ]

    def found(self) -> dict[str, Found]:
        """What was found, by indicator."""
        data = self.cleaned_data
        return {
            one.indicator: Found(data[f"item-{one.indicator}"] == "yes", data[f"note-{one.indicator}"])
            for one in self.requirements
        }

    @property
    def all_passed(self) -> bool:
        """Whether the step can follow."""
        return all(one.passed for one in self.found().values())

    def entry(self) -> dict:
        """The keyword arguments of review.fire."""
        data = self.cleaned_data
        return {
            "happened_on": data["checked_on"],
            "decided_by_name": data["decided_by_name"],
            "document_name": data["document_name"],
            "late_reason": data["late_reason"],
            "comment": data["opinion"],
        }


class ReturnForm(PaperForm):
    """Sending back, or taking off the plan: why."""

    comment = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    decided_by_name = forms.CharField(
        label="办理人", max_length=60, required=False, help_text="代别人录入时填签字的人，并注明纸质材料。"
    )

    field_order = ("comment", "happened_on", "document_name", "decided_by_name", "late_reason")

    def __init__(self, *args, needs_document=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document_name"].required = needs_document


class CertificateForm(forms.Form):
    """行业部门证明."""

    sector = forms.ChoiceField(label="行业部门")
    certified = forms.TypedChoiceField(
        label="认定结论",
        choices=[("yes", "认定达标"), ("no", "不予认定")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择认定结论。"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="不予认定的写明差什么。")
    document_name = forms.CharField(label="证明文件", max_length=200)
    document_number = forms.CharField(label="文号", max_length=60, required=False)
    issued_on = DayField(label="出具日期")
    signed_by = forms.CharField(label="签发人", max_length=60)

    def __init__(self, *args, sectors: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [(one, SECTORS.label(one)) for one in sectors]


class NoticeForm(forms.Form):
    """公示 and 公告: where, by whom, whom to call, since when and how long."""

    place = forms.CharField(label="张贴地点", max_length=100)
    publisher = forms.CharField(label="公示单位", max_length=100)
    contact = forms.CharField(label="受理异议的联系方式", max_length=100, help_text="办公室和公开电话。")
    posted_on = DayField(label="张贴日期", required=False, help_text="当天为第一天，不填为今天。")
    days = CountField(label="天数", unit="天", required=False, help_text="不填按规定的最少天数。")
    document_name = forms.CharField(label="公告文号", max_length=200)
    late_reason = forms.CharField(label="补录原因", max_length=200, required=False, help_text=_LATE)

    def __init__(self, *args, announcing: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not announcing:
            del self.fields["document_name"]


class MarkForm(PaperForm):
    """系统标注出列."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document_name"].required = True
        self.fields["document_name"].help_text = "批准出列的文件和文号。"
