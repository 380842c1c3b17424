"""The log in words: no key of a program stands where a cadre reads."""

import pytest

from poverty.audit.models import Entry
from poverty.audit.presentation import lines
from poverty.audit.services import record
from tests.factories.households import make_household

pytestmark = pytest.mark.django_db


def told(action, changes, obj=None):
    record(action, obj, actor=None, changes=changes)
    [line] = lines([Entry.objects.latest("pk")])
    return [(one.label, one.before, one.after) for one in line.changes]


def test_a_photo_of_a_house_is_named_by_what_it_shows():
    changes = {"file": [None, 3], "role": [None, "house"]}
    assert told("files.link", changes, make_household()) == [
        ("文件编号", "未填", "3"),
        ("用途", "未填", "住房照片"),
    ]


def test_a_requirement_is_told_by_its_indicator_and_without_what_is_blank():
    row = {"indicator": "income", "comparison": "gt", "threshold": "3535.00", "veto": "", "weight": ""}
    assert told("standards.standard.update", {"requirement:income": [None, row]}) == [
        ("指标要求：人均纯收入", "未填", "指标：人均纯收入；标准值：3535.00；比较：大于")
    ]


def test_what_nobody_named_is_shown_as_it_is():
    assert told("files.link", {"colour": [None, "red"]}) == [("colour", "未填", "red")]
