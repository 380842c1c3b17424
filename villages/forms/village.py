"""What is said of a village itself, and since when."""

from django import forms

from poverty.web.controls import DayField
from poverty.web.merging import MergingForm
from villages.models import Village
from villages.services.register import ATTRIBUTES, RECORD_FIELDS


class VillageForm(MergingForm):
    """基本信息. The attributes are dated from `on`; two people who have it open are asked by field."""

    not_merged = ("on", "document_name")

    leader_phone = forms.CharField(label="联系电话", max_length=20, required=False)
    on = DayField(label="属性自何日起", help_text="村属性、发展方向、地形地貌有变化时，从这一天起算。")
    document_name = forms.CharField(label="依据", max_length=200, required=False)

    class Meta:
        model = Village
        # The number is sealed: it is no field of the model's own form.
        fields = (*(name for name in RECORD_FIELDS if name != "leader_phone"), *ATTRIBUTES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        phone = self.instance.leader_phone
        self.initial["leader_phone"] = phone.reveal() if phone else ""

    def _post_clean(self):
        """The service validates the row; the instance in hand is never changed."""

    def values(self) -> dict:
        """What differs from the row, ready for the service."""
        names = (*RECORD_FIELDS, *ATTRIBUTES)
        found = {}
        for name in names:
            now = getattr(self.instance, name)
            now = now.reveal() if hasattr(now, "reveal") else now
            if (now or None) != (self.cleaned_data[name] or None):
                found[name] = self.cleaned_data[name]
        return found
