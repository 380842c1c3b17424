"""What counts where and when; entering, ending and correcting values."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from poverty.audit.models import Entry
from poverty.parameters.definitions import DEFINITIONS
from poverty.parameters.models import Parameter
from poverty.parameters.reference import ROWS
from poverty.parameters.services import (
    load_reference,
    resolve,
    set_parameter,
    value_for,
    values_at,
    values_for,
)
from tests.factories.areas import make_area
from tests.factories.parameters import make_parameter

pytestmark = pytest.mark.django_db
END_2018 = date(2018, 12, 31)
COUNTY, VILLAGE = "220503", "220503100204"


def enter(
    actor, code="review.late_entry_days", area_code=COUNTY, valid_from=date(2018, 1, 1), value="5", **rest
):
    return set_parameter(code, area_code, valid_from, value, "区文件〔2018〕3号", actor=actor, **rest)


class TestWhatCounts:
    def test_many_places_and_days_are_asked_at_once(self, django_assert_num_queries):
        make_parameter("line.exit", "22", value="3600")
        make_parameter("line.exit", COUNTY, value="3700", valid_from=date(2018, 6, 1))
        codes = ("line.exit", "review.late_entry_days")
        asked = [(VILLAGE, date(2018, 5, 31)), (VILLAGE, date(2018, 6, 1)), ("220502100204", END_2018)]
        with django_assert_num_queries(1):
            found = values_at(codes, asked)
        assert [found[one]["line.exit"] for one in asked] == [3600, 3700, 3600]
        assert found == {(area, on): values_for(codes, area, on) for area, on in asked}

    def test_the_nearest_place_wins(self):
        make_parameter("line.exit", "", value="3535")
        make_parameter("line.exit", "22", value="3600")
        make_parameter("line.exit", COUNTY, value="3700")
        make_parameter("line.exit", "140212", value="9999")
        assert value_for("line.exit", VILLAGE, END_2018) == Decimal("3700.00")
        assert value_for("line.exit", "2205", END_2018) == Decimal("3600.00")
        assert value_for("line.exit", "51", END_2018) == Decimal("3535.00")
        assert value_for("line.exit", "", END_2018) == Decimal("3535.00")

    def test_first_and_last_day(self):
        make_parameter("line.exit", valid_from=date(2018, 1, 1))
        assert value_for("line.exit", COUNTY, date(2018, 1, 1)) == 3535
        assert value_for("line.exit", COUNTY, date(2018, 12, 31)) == 3535
        assert value_for("line.exit", COUNTY, date(2017, 12, 31)) is None
        assert value_for("line.exit", COUNTY, date(2019, 1, 1)) is None

    def test_a_wider_place_counts_on_days_without_a_nearer_value(self):
        make_parameter("stable.months", COUNTY, date(2019, 1, 1), "8")
        make_parameter("stable.months", "22", date(2016, 1, 1), "4")
        assert value_for("stable.months", VILLAGE, END_2018) == 4
        assert value_for("stable.months", VILLAGE, date(2019, 6, 1)) == 8

    def test_default_and_nothing_say_where_they_come_from(self):
        found = resolve("stable.months", COUNTY, END_2018)
        assert (found.value, found.source.kind, found.source.confirmed) == (6, "default", False)
        nothing = resolve("line.exit", COUNTY, END_2018)
        assert (nothing.value, nothing.source.kind) == (None, "none")
        row = make_parameter("line.exit", "22", source_confirmed=True)
        found = resolve("line.exit", COUNTY, END_2018)
        assert (found.source.kind, found.source.area_code, found.source.parameter_id) == ("row", "22", row.pk)
        assert found.source.confirmed
        assert found.shown == "3,535.00"

    def test_many_in_one_query(self, django_assert_num_queries):
        make_parameter("stable.months", COUNTY, value="8")
        with django_assert_num_queries(1):
            assert values_for(
                ["stable.months", "line.exit", "education.reference_month_day"], VILLAGE, END_2018
            ) == {
                "stable.months": 8,
                "line.exit": None,
                "education.reference_month_day": (9, 1),
            }

    def test_an_unknown_code_is_a_mistake_of_the_caller(self):
        with pytest.raises(KeyError):
            value_for("line.typo", COUNTY, END_2018)


class TestEntering:
    def test_a_later_value_ends_the_one_before(self, county_reviewer):
        first = enter(county_reviewer)
        second = enter(county_reviewer, valid_from=date(2019, 3, 1), value="7")
        first.refresh_from_db()
        assert (first.valid_to, second.valid_to) == (date(2019, 3, 1), None)
        assert value_for("review.late_entry_days", COUNTY, date(2019, 2, 28)) == 5
        assert value_for("review.late_entry_days", COUNTY, date(2019, 3, 1)) == 7

    def test_an_earlier_value_lasts_until_the_one_already_entered(self, county_reviewer):
        enter(county_reviewer, valid_from=date(2019, 3, 1), value="7")
        earlier = enter(county_reviewer)
        assert earlier.valid_to == date(2019, 3, 1)

    def test_a_value_between_two_lasts_as_long_as_the_one_it_follows(self, county_reviewer):
        first = enter(county_reviewer)
        enter(county_reviewer, valid_from=date(2020, 1, 1), value="9")
        between = enter(county_reviewer, valid_from=date(2019, 1, 1), value="7")
        first.refresh_from_db()
        assert (first.valid_to, between.valid_to) == (date(2019, 1, 1), date(2020, 1, 1))

    def test_a_correction_replaces_and_keeps(self, county_reviewer):
        wrong = enter(county_reviewer)
        right = enter(county_reviewer, value="6")
        wrong.refresh_from_db()
        assert wrong.replaced_by == right
        assert wrong.replaced_at is not None
        assert wrong.value == "5"
        assert value_for("review.late_entry_days", COUNTY, END_2018) == 6
        entry = Entry.objects.filter(action="parameter.set").latest("id")
        assert entry.changes["review.late_entry_days"] == ["5", "6"]
        assert (entry.actor, entry.area_code) == (county_reviewer, COUNTY)

    def test_a_line_belongs_to_its_year(self, county_reviewer):
        row = enter(county_reviewer, "line.exit", value="3,600")
        assert (row.value, row.valid_to) == ("3600.00", date(2019, 1, 1))
        assert row.unit == "元/人·年"
        with pytest.raises(ValidationError) as caught:
            enter(county_reviewer, "line.exit", value="3600", valid_to=date(2020, 1, 1))
        assert list(caught.value.message_dict) == ["valid_to"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"value": "许多"}, "value"),
            ({"value": "61"}, "value"),
            ({"code": "review.typo"}, "code"),
            ({"area_code": "220503999"}, "area_code"),
            ({"valid_to": date(2018, 1, 1)}, "valid_to"),
            ({"document_date": date(2099, 1, 1)}, "document_date"),
        ],
    )
    def test_faults_are_told_at_their_field(self, county_reviewer, change, field):
        with pytest.raises(ValidationError) as caught:
            enter(county_reviewer, **change)
        assert list(caught.value.message_dict) == [field]
        assert not Parameter.objects.exists()

    def test_a_document_is_asked_for(self, county_reviewer):
        with pytest.raises(ValidationError) as caught:
            set_parameter("stable.months", COUNTY, END_2018, "6", " ", actor=county_reviewer)
        assert list(caught.value.message_dict) == ["document_name"]

    def test_a_gap_behind_a_value_is_refused(self, county_reviewer):
        enter(county_reviewer)
        with pytest.raises(ValidationError, match="会出现空档"):
            enter(county_reviewer, valid_from=date(2019, 1, 1), value="7", valid_to=date(2019, 6, 1))
        assert Parameter.objects.get().valid_to is None

    def test_an_end_beyond_the_next_value_is_refused(self, county_reviewer):
        enter(county_reviewer, valid_from=date(2019, 1, 1), value="7")
        with pytest.raises(ValidationError, match="2019-01-01 起的值重叠"):
            enter(county_reviewer, valid_to=date(2019, 6, 1))

    def test_only_in_ones_own_place(self, county_reviewer, township_officer):
        for area_code in ("", "22", "140212"):
            with pytest.raises(PermissionDenied):
                enter(county_reviewer, area_code=area_code)
        with pytest.raises(PermissionDenied):
            enter(township_officer)

    def test_a_township_may_differ_from_its_county(self, county_reviewer):
        make_area("220503100")
        enter(county_reviewer)
        enter(county_reviewer, area_code="220503100", value="8")
        assert value_for("review.late_entry_days", VILLAGE, END_2018) == 8
        assert value_for("review.late_entry_days", "220503200201", END_2018) == 5


class TestPostgresql:
    def test_no_two_values_on_a_day(self):
        make_parameter("stable.months", COUNTY, value="8")
        with pytest.raises(IntegrityError, match="one_value_of_a_parameter"), transaction.atomic():
            make_parameter("stable.months", COUNTY, date(2019, 1, 1), "4")
        make_parameter("stable.months", "22", value="8")
        make_parameter("education.start_age", COUNTY, value="7")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE parameters_parameter SET value = '1.00'",
            "UPDATE parameters_parameter SET document_name = 'x'",
            "UPDATE parameters_parameter SET valid_from = '2001-01-01'",
            "UPDATE parameters_parameter SET area_code = '51'",
            "DELETE FROM parameters_parameter",
            "TRUNCATE parameters_parameter",
        ],
    )
    def test_history_is_kept(self, statement):
        make_parameter()
        connection.check_constraints()
        with (
            pytest.raises(IntegrityError, match="keep their history"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_a_replaced_row_stays_replaced(self, county_reviewer):
        wrong = enter(county_reviewer)
        enter(county_reviewer, value="6")
        with pytest.raises(IntegrityError, match="keep their history"), transaction.atomic():
            Parameter.objects.filter(pk=wrong.pk).update(replaced_at=None)


class TestVisible:
    def test_own_place_below_and_above(self, county_reviewer, township_officer, strangers, administrator):
        for area_code in ("", "22", COUNTY, "220503100", "220503200", "140212", "14"):
            make_parameter("stable.months", area_code, value="8")

        def seen(user):
            return set(Parameter.objects.visible_to(user).values_list("area_code", flat=True))

        assert seen(county_reviewer) == {"", "22", COUNTY, "220503100", "220503200"}
        assert seen(township_officer) == {"", "22", COUNTY, "220503100"}
        assert seen(strangers["county_reviewer"]) == {"", "14", "140212"}
        assert seen(administrator) == set()


class TestReference:
    def test_every_row_is_readable_and_sourced(self):
        for row in ROWS:
            definition = DEFINITIONS[row.code]
            assert definition.store(definition.parse(row.value))
            assert row.document_name

    def test_loaded_once(self, capsys):
        assert load_reference() == len(ROWS)
        assert load_reference() == 0
        call_command("load_reference")
        assert "0 条" in capsys.readouterr().out
        assert Parameter.objects.count() == len(ROWS)
        assert Entry.objects.filter(action="parameter.load_reference").count() == 1

    def test_what_an_area_entered_stays(self, county_reviewer):
        enter(county_reviewer, "dibao.line", value="3700")
        assert load_reference() == len(ROWS) - 1
        assert value_for("dibao.line", COUNTY, END_2018) == 3700

    @pytest.mark.parametrize(
        ("year", "statistical", "exit_line"),
        [
            (2013, "2736", "2736"),
            (2014, "2800", "2800"),
            (2015, "2855", "2968"),
            (2016, "2952", "3146"),
            (2017, "2952", "3335"),
            (2018, "2995", "3535"),
            (2019, "3218", "3747"),
            (2020, "4000", "4000"),
        ],
    )
    def test_lines_by_year(self, year, statistical, exit_line):
        load_reference()
        day = date(year, 12, 31)
        assert value_for("line.statistical", VILLAGE, day) == Decimal(statistical)
        assert value_for("line.exit", VILLAGE, day) == Decimal(exit_line)

    def test_other_shipped_values(self):
        load_reference()
        assert value_for("line.exit", VILLAGE, date(2021, 1, 1)) is None
        assert value_for("line.monitoring", VILLAGE, date(2021, 6, 1)) == 6000
        assert value_for("line.monitoring", "530102", date(2024, 6, 1)) == 8700
        assert value_for("line.monitoring", VILLAGE, date(2024, 6, 1)) is None
        assert value_for("dibao.line", VILLAGE, END_2018) == 3600
        assert value_for("water.criteria", VILLAGE, date(2017, 12, 31)) == "two_fields"
        assert value_for("water.criteria", VILLAGE, date(2018, 1, 1)) == "solved"
        assert value_for("incidence.county_limit", VILLAGE, END_2018) == 2
        assert value_for("incidence.county_limit", "510600", END_2018) == 3
        assert value_for("cost.tobacco", "532301", END_2018) == 45
        assert value_for("cost.tobacco", VILLAGE, END_2018) is None
