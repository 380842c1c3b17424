"""Pages of parameters: what counts where, history, entering a value."""

from datetime import date

import pytest
from django.urls import reverse

from poverty.accounts.models import Role
from poverty.parameters.models import Parameter
from poverty.parameters.services import load_reference, set_parameter
from poverty.web.questions import ANSWER, digest
from tests.actors import client_of
from tests.factories.parameters import make_parameter
from tests.factories.web import typed

pytestmark = pytest.mark.django_db
COUNTY = "220503"
LIST, DETAIL, ADD = (
    reverse("parameters:list"),
    reverse("parameters:detail", args=["line.exit"]),
    reverse("parameters:add", args=["line.exit"]),
)


def text_of(response):
    return response.content.decode()


class TestWhoMay:
    @pytest.mark.parametrize("role", list(Role.values))
    def test_by_role(self, role, actors):
        client = client_of(actors[role])
        reads = 403 if role == "administrator" else 200
        assert client.get(LIST).status_code == reads
        assert client.get(DETAIL).status_code == reads
        enters = 200 if role == "county_reviewer" else 403
        assert client.get(ADD).status_code == enters
        assert client.post(ADD, {}).status_code == enters

    def test_anonymous_signs_in_first(self, client):
        for url in (LIST, DETAIL, ADD):
            assert client.get(url).status_code == 302

    def test_an_unknown_parameter_is_no_page(self, county_reviewer):
        assert client_of(county_reviewer).get("/parameters/line.typo/").status_code == 404


class TestReading:
    def test_the_list_shows_what_counts_and_where_it_comes_from(self, county_reviewer):
        load_reference()
        make_parameter("line.exit", "22", value="3600", document_name="吉林省脱贫办文件")
        page = text_of(client_of(county_reviewer).get(LIST, {"year": "2018"}))
        assert "3,600.00" in page
        assert "吉林省" in page
        assert "吉林省脱贫办文件" in page
        assert "待核对" in page
        assert "2018-12-31 有效的值" in page
        assert "(from memory)" not in page

    def test_nothing_known_is_said(self, county_reviewer):
        page = text_of(client_of(county_reviewer).get(LIST, {"year": "2018"}))
        assert "待核实" in page

    def test_few_queries_whatever_the_number(self, county_reviewer, django_assert_max_num_queries):
        load_reference()
        client = client_of(county_reviewer)
        client.get(LIST)
        with django_assert_max_num_queries(12):
            client.get(LIST)
        with django_assert_max_num_queries(12):
            client.get(DETAIL)

    def test_history_shows_other_places_of_the_scope_only(self, county_reviewer, actors):
        make_parameter("line.exit", "220503100", value="3611")
        make_parameter("line.exit", "140212", value="3999")
        page = text_of(client_of(county_reviewer).get(DETAIL))
        assert "3,611.00" in page
        assert "3,999.00" not in page

    def test_a_correction_is_shown_as_such(self, county_reviewer):
        for value in ("3353", "3535"):
            set_parameter("line.exit", COUNTY, date(2018, 1, 1), value, "省文件", actor=county_reviewer)
        page = text_of(client_of(county_reviewer).get(DETAIL, {"year": "2018"}))
        assert "<s>3,353.00</s>" in page
        assert "已更正" in page


class TestEntering:
    def test_a_value_is_saved_and_counts(self, county_reviewer):
        client = client_of(county_reviewer)
        form = client.get(ADD, {"year": "2018"}).context["form"]
        assert form["area_code"].value() == COUNTY
        assert form["valid_from"].value() == date(2018, 1, 1)
        response = client.post(
            ADD, typed(form, value="3,600", document_name="吉扶贫〔2018〕5号", source_confirmed="on")
        )
        assert response.status_code == 302
        row = Parameter.objects.get()
        assert (row.area_code, row.value, row.valid_to) == (COUNTY, "3600.00", date(2019, 1, 1))
        assert (row.recorded_by, row.source_confirmed) == (county_reviewer, True)

    def test_faults_stand_at_their_fields_and_what_was_typed_stays(self, county_reviewer):
        client = client_of(county_reviewer)
        form = client.get(ADD).context["form"]
        response = client.post(ADD, typed(form, value="-5", document_name="", valid_from="2018-02-30"))
        shown = response.context["form"]
        assert shown.errors["value"] == ["金额不能为负数。"]
        assert set(shown.errors) == {"value", "document_name", "valid_from"}
        assert 'value="-5"' in text_of(response)
        assert not Parameter.objects.exists()

    def test_what_the_service_refuses_stands_at_its_field(self, county_reviewer):
        client = client_of(county_reviewer)
        form = client.get(ADD).context["form"]
        response = client.post(
            ADD,
            typed(form, value="3600", document_name="省文件", valid_from="2018-01-01", valid_to="2020-01-01"),
        )
        assert response.context["form"].errors["valid_to"] == ["标准线按年度公布，止期不能跨年。"]

    def test_another_place_cannot_be_chosen(self, county_reviewer, strangers):
        client = client_of(county_reviewer)
        form = client.get(ADD).context["form"]
        response = client.post(ADD, typed(form, value="3600", document_name="省文件", area_code="140212"))
        assert list(response.context["form"].errors) == ["area_code"]

    def test_taking_the_place_of_a_value_is_asked(self, county_reviewer):
        make_parameter("line.exit", COUNTY, value="3353")
        client = client_of(county_reviewer)
        form = client.get(ADD, {"year": "2018"}).context["form"]
        data = typed(form, value="3535", document_name="省文件", valid_from="2018-01-01")
        asked = client.post(ADD, data)
        assert asked.status_code == 200
        assert "已有值 3,353.00" in text_of(asked)
        assert Parameter.objects.count() == 1
        answered = client.post(ADD, {**data, ANSWER: digest(asked.context["form"])})
        assert answered.status_code == 302
        assert Parameter.objects.standing().get().value == "3535.00"

    def test_yes_no_and_choices_are_chosen(self, county_reviewer):
        client = client_of(county_reviewer)
        for code, value in (("medical.exempt_serving", "0"), ("water.criteria", "two_fields")):
            url = reverse("parameters:add", args=[code])
            form = client.get(url).context["form"]
            client.post(url, typed(form, value=value, document_name="区文件"))
        assert dict(Parameter.objects.values_list("code", "value")) == {
            "medical.exempt_serving": "0",
            "water.criteria": "two_fields",
        }
