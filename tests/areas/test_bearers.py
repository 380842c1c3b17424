from django.apps import apps
from django.db import models

from poverty.areas import bearers
from poverty.areas.models import Area


def test_every_column_that_holds_an_area_is_registered_or_exempt():
    """A new column must say whether a merge or move of its place takes it along."""
    holds_area = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        if not model._meta.proxy
        for field in model._meta.concrete_fields
        if field.related_model is Area or (isinstance(field, models.CharField) and field.name == "area_code")
    }
    assert holds_area - bearers.answered() == set()
