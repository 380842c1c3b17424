"""What is asked when a workbook comes in."""

from functools import reduce
from operator import or_

from django import forms
from django.db.models import Q
from django.utils import timezone

from poverty.areas.models import Area, Level
from poverty.areas.names import full_names
from poverty.files.kinds import XLSX
from poverty.ledgers.incoming import kinds
from poverty.ledgers.querysets_importing import rights
from poverty.sql.prefix import within
from poverty.web import chosen
from poverty.web.controls import DayField


class ImportForm(forms.Form):
    """File, kind, place, year and day of the export."""

    refused = "没有上传。"

    kind = forms.ChoiceField(label="导入什么表", widget=forms.RadioSelect)
    file = forms.FileField(
        label="工作簿（.xlsx）",
        widget=forms.ClearableFileInput(attrs={"accept": XLSX.mime}),
        error_messages={"required": "请选择要导入的工作簿。", "empty": "这是一个空文件。"},
    )
    area = forms.ChoiceField(label="地区", help_text="表里不属于这个地区的行不导入。")
    year = forms.TypedChoiceField(label="年度", coerce=int)
    as_of = DayField(
        label="国网导出日期", help_text="本系统在这一天以后录入的内容比表里的新，默认保留。", future=False
    )
    legal_basis = forms.CharField(
        label="依据", required=False, max_length=200, help_text="文件或通知的名称，没有可以不填。"
    )

    def __init__(self, data=None, files=None, *, user, now):
        super().__init__(data, files)
        self.fields["kind"].choices = [
            (one.name, one.label) for one in kinds.all_kinds() if user.has_right(one.right)
        ]
        held = [one for one in rights() if user.has_right(one)]
        places = (
            Area.objects.filter(
                reduce(or_, (within("code", user.scope(one).areas) for one in held), Q(pk__in=[]))
            )
            .filter(level__in=(Level.COUNTY, Level.TOWNSHIP), valid_to=None)
            .order_by("code")
            .values_list("code", flat=True)
        )
        codes = list(places[:2000])
        names = full_names(codes)
        self.fields["area"].choices = [(code, names.get(code, code)) for code in codes]
        years = chosen.years(user) or [now.year]
        self.fields["year"].choices = [(year, f"{year}年度") for year in years]
        self.initial = {
            "kind": self.fields["kind"].choices[0][0] if self.fields["kind"].choices else "",
            "area": now.area_code,
            "year": now.year,
            "as_of": timezone.localdate(),
        }
