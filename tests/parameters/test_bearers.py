"""A merge or move takes the values in force along."""

from datetime import date

import pytest

from poverty.parameters.bearers import ParameterBearer
from poverty.parameters.services import value_for
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db
ON = date(2019, 7, 1)


def move(actor):
    return ParameterBearer().move(
        {"220503100": "220503105"}, on=ON, document="吉政函〔2019〕8号", actor=actor
    )


def test_values_go_on_at_the_new_code(county_reviewer):
    make_parameter("stable.months", "220503100", value="4")
    make_parameter("line.exit", "220503100", date(2017, 1, 1))
    assert ParameterBearer().count(["220503100"]) == 1
    assert move(county_reviewer) == 1
    assert value_for("stable.months", "220503100204", date(2019, 6, 30)) == 4
    assert value_for("stable.months", "220503100204", ON) == 6
    assert value_for("stable.months", "220503105204", ON) == 4
    assert value_for("line.exit", "220503100204", date(2017, 6, 1)) == 3535


def test_what_the_new_place_has_itself_stays(county_reviewer):
    make_parameter("stable.months", "220503100", value="4")
    make_parameter("stable.months", "220503105", value="9")
    assert move(county_reviewer) == 0
    assert value_for("stable.months", "220503105204", ON) == 9


def test_a_value_that_has_not_begun_begins_at_the_new_place(county_reviewer):
    make_parameter("stable.months", "220503100", date(2020, 1, 1), "4")
    move(county_reviewer)
    assert value_for("stable.months", "220503100204", date(2020, 2, 1)) == 6
    assert value_for("stable.months", "220503105204", date(2020, 2, 1)) == 4
