"""What is asked for a table from above: the upload, the meaning of its columns, one row's answers."""

from django import forms
from django.utils import timezone

from households.models import TableRequest
from households.querysets_requests import ISSUE
from households.requests import known
from households.requests.answers import read_answer
from households.requests.columns import FILL, KINDS, ROLES, AskedColumn
from poverty.areas.models import Area, Level
from poverty.areas.names import full_names
from poverty.files.kinds import XLSX
from poverty.web import chosen, opaque

BASE = "seen"
PURPOSE = "request row"
_MINUTE = "%Y-%m-%dT%H:%M"
_RADIOS = 4


class NewRequestForm(forms.Form):
    """The sender's workbook, what it is about, by when."""

    refused = "没有上传。"

    kind = forms.ChoiceField(
        label="种类", choices=TableRequest.Kind.choices, widget=forms.RadioSelect, initial="table"
    )
    file = forms.FileField(
        label="上级发来的工作簿（.xlsx）",
        widget=forms.ClearableFileInput(attrs={"accept": XLSX.mime}),
        help_text="表里要有“户编号”“人口编号”或“证件号码”其中一列。",
        error_messages={"required": "请选择工作簿。", "empty": "这是一个空文件。"},
    )
    title = forms.CharField(label="标题", max_length=100)
    sender = forms.CharField(label="来自", max_length=100, help_text="例如：省乡村振兴局综合处。")
    deadline = forms.DateTimeField(
        label="截止时间",
        input_formats=[_MINUTE, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE),
        error_messages={"invalid": "请填日期和时间，例如 2018-11-03 17:00。"},
    )
    area = forms.ChoiceField(label="县")
    year = forms.TypedChoiceField(label="带出哪一年度的信息", coerce=int)
    sheet = forms.CharField(
        label="工作表", max_length=60, required=False, help_text="有几张表都能对应时填写名称，一般不填。"
    )
    instructions = forms.CharField(
        label="填报说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data=None, files=None, *, user, now):
        super().__init__(data, files)
        codes = list(
            Area.objects.inside_scope(user, ISSUE)
            .filter(level=Level.COUNTY, valid_to=None)
            .order_by("code")
            .values_list("code", flat=True)[:500]
        )
        names = full_names(codes)
        self.fields["area"].choices = [(code, names.get(code, code)) for code in codes]
        years = chosen.years(user) or [now.year]
        self.fields["year"].choices = [(year, f"{year}年度") for year in years]
        self.initial = {"kind": "table", "area": now.area_code[:6], "year": now.year}


class ColumnForm(forms.Form):
    """What one column of the sheet means."""

    role = forms.ChoiceField(label="怎么用", choices=ROLES)
    source = forms.ChoiceField(label="登记项", required=False)
    kind = forms.ChoiceField(label="填什么", choices=KINDS)
    options = forms.CharField(label="选项", required=False, max_length=500, help_text="用逗号分开。")
    needed = forms.BooleanField(label="必填", required=False)
    updates = forms.BooleanField(label="同时更新年度信息", required=False)

    def __init__(self, data, column: AskedColumn):
        super().__init__(
            data,
            prefix=column.name,
            initial={
                "role": column.role,
                "source": column.source or _fact_named(column.heading),
                "kind": column.kind,
                "options": "，".join(column.options),
                "needed": column.needed,
                "updates": column.updates,
            },
        )
        self.column = column
        self.fields["source"].choices = [("", "—"), *known.source_choices()]

    def asked(self) -> AskedColumn:
        """The column as it is meant now."""
        values = self.cleaned_data
        options = [one.strip() for one in values["options"].replace("，", ",").replace("、", ",").split(",")]
        role = values["role"]
        updates = role == FILL and values["updates"]
        return AskedColumn(
            self.column.name,
            self.column.heading,
            self.column.position,
            role,
            values["source"] if role == "known" or updates else "",
            values["kind"] if role == FILL else "text",
            tuple(one for one in options if one) if role == FILL and values["kind"] == "option" else (),
            values["needed"] if role == FILL else True,
            updates,
        )


def _fact_named(heading: str) -> str:
    """The fact of a year that a heading names: what its answers would update."""
    source = known.find_source(heading)
    return source if source in known.yearly_facts() else ""


class KeyForm(forms.Form):
    """By which column rows are told, and what it holds."""

    key_position = forms.TypedChoiceField(label="用哪一列匹配", coerce=int)
    key_kind = forms.ChoiceField(label="这一列是", choices=TableRequest.Key.choices)

    def __init__(self, data, request: TableRequest):
        super().__init__(data, initial={"key_position": request.key_position, "key_kind": request.key_kind})
        self.fields["key_position"].choices = [
            (one.position, one.heading) for one in request.asked if one.position is not None and one.heading
        ]


class RowForm(forms.Form):
    """The answers of one row. `seen`: what stood there when it was opened, for the merge.

    `registered` {column name: text}: what the register says of the facts that answers go into.
    """

    def __init__(
        self, data, *, pk: int, columns: list[AskedColumn], now: dict[str, str], registered: dict[str, str]
    ):
        super().__init__(data, auto_id=f"row{pk}_%s")
        self.pk, self.columns, self.now = pk, columns, now
        for one in columns:
            self.fields[one.name] = _field(one)
            self.fields[one.name].needed = one.needed  # marked so; a row may be kept half filled all the same
            self.initial[one.name] = now.get(one.name, "")
            if one.updates:
                says = registered.get(one.name) or "（未填）"
                self.fields[one.name].help_text = f"登记为 {says}，乡镇通过后按填报的更新。"

    @property
    def seen(self) -> str:
        """For the hidden field: encrypted, since answers are facts of a person."""
        values = {one.name: self.now.get(one.name, "") for one in self.columns}
        return opaque.pack(PURPOSE, {"row": self.pk, "values": values})

    @property
    def base(self) -> dict[str, str]:
        """What stood there when the form was opened; nothing when it does not say."""
        sent = opaque.unpack(PURPOSE, self.data.get(BASE))
        return sent["values"] if sent and sent.get("row") == self.pk else {}

    def clean(self):
        """Read every answer as a part-workbook's cell is read."""
        cleaned = super().clean()
        for one in self.columns:
            text = cleaned.get(one.name) or ""
            if one.name in cleaned and text != self.now.get(one.name):
                cleaned[one.name], fault = read_answer(one, text, today=timezone.localdate())
                if fault:
                    self.add_error(one.name, str(fault))
        return cleaned


def _field(column: AskedColumn) -> forms.Field:
    label = column.heading
    choices = {"yes_no": ("是", "否"), "option": column.options}.get(column.kind)
    if choices:
        listed = [(one, one) for one in choices]
        if len(listed) < _RADIOS:
            return forms.ChoiceField(
                label=label, choices=[*listed, ("", "未填")], widget=forms.RadioSelect, required=False
            )
        return forms.ChoiceField(label=label, choices=[("", "未填"), *listed], required=False)
    if column.kind == "date":
        return forms.CharField(
            label=label, required=False, max_length=30, widget=forms.DateInput(attrs={"autocomplete": "off"})
        )
    attrs = {"autocomplete": "off"}
    if column.kind == "number":
        attrs["inputmode"] = "decimal"
    return forms.CharField(label=label, required=False, max_length=500, widget=forms.TextInput(attrs=attrs))
