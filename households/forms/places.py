"""Where a household stands: on the map and in the villages; and what the national system says of it."""

from django import forms

from households.forms.persons import PLEASE
from households.forms.registering import SettlementField
from households.models import Household
from households.options.kinds import HOUSEHOLD_KINDS
from households.options.poverty_status import POVERTY_STATUSES
from households.options.sources import BUREAU, IMPORT, SOURCES
from poverty.accounts.forms import AreaChoiceField
from poverty.areas.models import Area, Level, Settlement
from poverty.files.kinds import Kind, accepts, named
from poverty.web.controls import DayField

_DEGREES = {"inputmode": "decimal", "autocomplete": "off"}


class PositionForm(forms.Form):
    """Latitude, longitude and a photo of the house; each may be left out."""

    latitude = forms.DecimalField(
        label="纬度", max_digits=9, decimal_places=6, required=False, widget=forms.TextInput(attrs=_DEGREES)
    )
    longitude = forms.DecimalField(
        label="经度", max_digits=9, decimal_places=6, required=False, widget=forms.TextInput(attrs=_DEGREES)
    )
    photo = forms.FileField(
        label="房屋照片",
        required=False,
        help_text=f"{named(Kind.PHOTO)}，可直接拍照；照片带位置的自动填入经纬度。",
        widget=forms.FileInput(attrs={"accept": accepts(Kind.PHOTO), "capture": "environment"}),
    )


class PlaceForm(forms.Form):
    """Another village of the county, or another group of the village, from a day on."""

    area = AreaChoiceField(label="村", queryset=Area.objects.none(), empty_label="请选择")
    settlement = SettlementField(
        label="自然村/村民小组",
        queryset=Settlement.objects.none(),
        required=False,
        empty_label="未定",
        help_text="水、电、广播电视和路按自然村的共用设施判定。",
    )
    happened_on = DayField(label="变动日期")
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：易地搬迁、分组调整。")
    document = forms.CharField(label="依据", max_length=200)

    def __init__(self, *args, household: Household, actor, **kwargs):
        super().__init__(*args, **kwargs)
        villages = (
            Area.objects.inside_scope(actor, "register.confirm")
            .under(household.area_id[:6])
            .filter(level=Level.VILLAGE, valid_to=None)
            .order_by("code")
        )
        self.fields["area"].queryset = villages
        self.fields["settlement"].queryset = (
            Settlement.objects.filter(village__in=villages, valid_to=None)
            .select_related("village")
            .order_by("village", "name")
        )


class AdoptForm(forms.Form):
    """脱贫属性 and 户类型 as another system has them, with source and day."""

    status = forms.ChoiceField(label="脱贫属性", choices=[PLEASE, *POVERTY_STATUSES.choices])
    kind = forms.ChoiceField(
        label="户类型",
        choices=[PLEASE, *((one.key, one.label) for one in HOUSEHOLD_KINDS if one.is_registered)],
    )
    on = DayField(label="起始日期", help_text="全国系统中该属性生效的日期。")
    source = forms.ChoiceField(
        label="来源", choices=[(key, SOURCES.label(key)) for key in (IMPORT, BUREAU)], initial=IMPORT
    )
    document_name = forms.CharField(
        label="来源文件或导出表", max_length=200, help_text="例如：国网导出表2018-12。"
    )
