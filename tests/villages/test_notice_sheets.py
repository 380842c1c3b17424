"""Lists of villages on the wall and on the open web."""

import pytest

from poverty.notices.sheets import sheet_of, types_on_web
from tests.factories.villages import make_exit
from villages.models import ExitCase

pytestmark = pytest.mark.django_db


def test_villages_are_told_outside_with_township_and_year():
    case = make_exit()
    area = case.village.area
    sheet = sheet_of("villages.exitcase")
    assert "villages.exitcase" in types_on_web()
    assert [column.label for column in sheet.columns] == ["乡镇", "村", "出列年度"]
    assert sheet.rows(ExitCase.objects.all()) == {case.pk: (area.parent.name, area.name, 2018)}
    assert sheet.unit == "个村"
