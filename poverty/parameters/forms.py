"""Reading what people type of a parameter. The value is read by its kind; the rules stand in services.py."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from poverty.areas.models import Area
from poverty.parameters.definitions import Definition
from poverty.parameters.models import Parameter
from poverty.web import questions
from poverty.web.controls import DayField


class ParameterForm(forms.Form):
    """A dated value of one parameter: where, from when, what, by which document."""

    area_code = forms.ModelChoiceField(
        Area.objects.none(), label="区划", empty_label=None, help_text="对该区划及其以下各地有效。"
    )
    valid_from = DayField(label="起", future=True, widget=forms.DateInput())
    valid_to = DayField(
        label="止（不含当日）",
        future=True,
        required=False,
        widget=forms.DateInput(),
        help_text="一般留空：标准线管到当年年底，其他参数管到下一个值为止。",
    )
    value = forms.CharField(label="值", max_length=200)
    document_name = forms.CharField(
        label="依据文件", max_length=200, help_text="名称和文号，例如 省政府公报〔2018〕12号。"
    )
    document_date = DayField(label="文件日期", required=False, widget=forms.DateInput())
    note = forms.CharField(label="说明", max_length=300, required=False)
    source_confirmed = forms.BooleanField(
        label="已对照文件原文核对", required=False, help_text="未勾选的值在页面上标为“待核对”。"
    )

    def __init__(self, definition: Definition, areas, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.fields["area_code"].queryset = areas
        value = self.fields["value"]
        value.unit = definition.unit
        if definition.choices:
            value.widget = forms.Select(choices=[("", "请选择"), *definition.choices])
        elif definition.is_flag:
            value.widget = forms.RadioSelect(choices=[("1", "是"), ("0", "否")])
        else:
            value.widget = forms.TextInput(
                attrs={"autocomplete": "off", "inputmode": "decimal" if definition.is_number else "text"}
            )
        if definition.kind.example and not definition.is_flag:
            value.help_text = f"例如 {definition.kind.example}"

    def clean_value(self):
        return self.definition.store(self.definition.parse(self.cleaned_data["value"]))

    def clean_area_code(self) -> str:
        return self.cleaned_data["area_code"].code

    def clean(self):
        data = super().clean()
        area_code, start = data.get("area_code"), data.get("valid_from")
        if area_code and start:
            self._ask(area_code, start)
        return data

    def _ask(self, area_code: str, start: date) -> None:
        """Question what is allowed but weighty: taking the place of a value that stands."""
        standing = Parameter.objects.standing().filter(
            code=self.definition.code, area_code=area_code, valid_from=start
        )
        if same := standing.first():
            questions.ask(
                self,
                "valid_from",
                f"{start} 起已有值 {same.shown}{same.unit}（{same.document_name}）。"
                "保存后原值标为“已更正”并保留，请核对这是更正而不是新的一年。",
            )

    def take(self, error: ValidationError) -> None:
        """Show what a service refused at its fields."""
        for field, messages in error.message_dict.items():
            self.add_error(field if field in self.fields else None, messages)
