"""OptionField: the list is code, the column and its migrations hold only the key."""

import pytest
from django.core.exceptions import ValidationError

from poverty.fields.option_field import OptionField
from poverty.fields.sexes import SEXES


def test_choices_are_offered_and_not_written_into_migrations():
    field = OptionField("性别", SEXES)
    assert field.choices == [("male", "男"), ("female", "女"), ("unknown", "未知")]
    kwargs = field.deconstruct()[3]
    assert "choices" not in kwargs
    assert kwargs["max_length"] == 40


def test_only_keys_of_the_list_and_nothing_are_valid():
    field = OptionField("性别", SEXES)
    assert field.clean("male", None) == "male"
    assert field.clean("", None) == ""
    with pytest.raises(ValidationError):
        field.clean("男", None)
