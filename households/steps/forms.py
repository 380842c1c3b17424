"""What is typed about steps: the method of a county, and that households have done one."""

from django import forms
from django.utils import timezone

from households.forms.of_county import OfCountyForm
from households.models import StepMethod
from households.steps.services import LONGEST, MOST
from poverty.web.controls import CountField, DayField

_STALE = "年度或步骤已变，请重新打开再填。"


class MethodForm(OfCountyForm):
    """Name and steps of a county's method, from which year, by which document."""

    name = forms.CharField(label="名称", max_length=40, help_text="文件上的叫法。")
    year_from = CountField(label="从哪个年度起", unit="年度")
    document = forms.CharField(label="文件", max_length=200)
    labels = forms.CharField(
        label="步骤（按先后，一行一步）",
        max_length=(LONGEST + 2) * MOST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="写法相同的步骤，已登记的仍然算完成。",
    )

    def __init__(self, *args, method: StepMethod | None, **kwargs):
        super().__init__(*args, **kwargs)
        if method is not None:
            self.initial |= {"name": method.name, "labels": "\n".join(method.labels)}

    def clean_labels(self) -> list[str]:
        """The lines that say something."""
        return [line.strip() for line in self.cleaned_data["labels"].splitlines() if line.strip()]


class NoteForm(forms.Form):
    """On which day a step was done."""

    done_on = DayField(label="完成日期")
    remark = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.initial.setdefault("done_on", today if today.year == year else None)


class ManyForm(NoteForm):
    """The same of several households, of the step and year that the page showed. `ticked`: their keys as they were sent; who
    of them can is for the service to say.
    """

    step = forms.CharField(max_length=40, widget=forms.HiddenInput, error_messages={"required": _STALE})
    of_year = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _STALE, "invalid": _STALE}
    )

    def __init__(self, *args, ticked: list[str], year: int, **kwargs):
        super().__init__(*args, year=year, **kwargs)
        self.year = year
        self.ids = {int(one) for one in ticked if one.isdecimal() and len(one) <= 18}

    def clean(self):
        """Somebody is ticked."""
        if not self.ids:
            self.add_error(None, "请先勾选完成了这一步的户。")
        if self.cleaned_data.get("of_year", self.year) != self.year:
            self.add_error(None, _STALE)
        return super().clean()
