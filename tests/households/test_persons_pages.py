"""The page of a person, corrections with a merge by field, and where a household stands."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import Household
from households.services.members import remove_member
from households.services.persons import update_person
from poverty.fields.identity import resident_number
from tests.actors import VILLAGE_A, VILLAGE_B, client_of
from tests.factories.areas import make_area, make_settlement
from tests.factories.households import make_household, make_member, make_membership, make_pairing
from tests.factories.web import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return make_household(VILLAGE_A)


@pytest.fixture
def clerk(village_clerk):
    return client_of(village_clerk)


def page(client, member):
    return client.get(reverse("households:person", args=[member.pk]))


class TestPage:
    def test_masked_number_memberships_and_facts(self, clerk, household):
        html = page(clerk, household.head).content.decode()
        assert household.head.identity.masked in html
        assert household.head.identity.reveal() not in html
        assert "首次登记" in html
        assert "2018" in html

    def test_the_phone_of_one_s_own_household_only(self, clerk, household, leader, helper, village_clerk):
        update_person(household.head, {"phone": "13800138000"}, actor=village_clerk)
        assert "13800138000" in page(clerk, household.head).content.decode()
        masked = page(client_of(leader), household.head).content.decode()
        assert "13800138000" not in masked
        assert "138******00" in masked
        assert page(client_of(helper), household.head).status_code == 404
        make_pairing(household, helper)
        assert "13800138000" in page(client_of(helper), household.head).content.decode()

    def test_age_instead_of_the_birth_date_for_who_does_not_edit(self, household, leader):
        html = page(client_of(leader), household.head).content.decode()
        assert "1970-03-08" not in html
        assert "岁" in html

    def test_a_bureau_officer_does_not_open_it(self, household, bureau_officer):
        assert page(client_of(bureau_officer), household.head).status_code == 404

    def test_who_left_is_read_in_his_old_household_s_place(self, clerk, household, village_clerk):
        person = make_member(household, "王二", relation="sibling")
        remove_member(person.memberships.get(), on=date(2018, 5, 1), reason="moved_out", actor=village_clerk)
        assert "2018-05-01" in page(clerk, person).content.decode()

    def test_who_lives_in_another_county_now_is_not_found(self, clerk, household, village_clerk):
        person = make_member(household, "王二", relation="sibling")
        remove_member(person.memberships.get(), on=date(2018, 5, 1), reason="moved_out", actor=village_clerk)
        abroad = make_household(VILLAGE_B, head="陈大山")
        make_membership(abroad, person, relation="sibling", since=date(2018, 6, 1))
        person.household = abroad
        person.save()
        assert page(clerk, person).status_code == 404


class TestCorrecting:
    def form(self, client, member):
        url = reverse("households:person-edit", args=[member.pk])
        return url, client.get(url).context["form"]

    def test_saved(self, clerk, household):
        url, form = self.form(clerk, household.head)
        clerk.post(
            url,
            typed(
                form,
                ethnic_group="manchu" if "manchu" in dict(form.fields["ethnic_group"].choices) else "han",
                phone="13800138000",
            ),
        )
        household.head.refresh_from_db()
        assert household.head.phone.reveal() == "13800138000"

    def test_a_number_is_changed_with_a_reason(self, clerk, household):
        right = resident_number("220503", household.head.birth_date, 999)
        url, form = self.form(clerk, household.head)
        response = clerk.post(url, typed(form, identity=right))
        assert "须写明原因" in response.context["form"].errors["reason"][0]
        clerk.post(url, typed(form, identity=right, reason="对照户口本更正"))
        household.head.refresh_from_db()
        assert household.head.identity.reveal() == right

    def test_two_people_are_asked_by_field(self, clerk, household, village_clerk):
        person = make_member(
            household, "王二", identity=None, relation="sibling", birth_date=date(2018, 3, 1)
        )
        url, form = self.form(clerk, person)
        update_person(person, {"name": "王贰"}, actor=village_clerk)
        response = clerk.post(url, typed(form, name="王弍"))
        assert response.status_code == 422
        (conflict,) = response.context["form"].conflicts.values()
        assert (conflict.base, conflict.mine, conflict.theirs) == ("王二", "王弍", "王贰")
        assert conflict.who.startswith("村级信息员")
        person.refresh_from_db()
        assert person.name == "王贰"
        chosen = typed(response.context["form"]) | {conflict.input_name: "mine"}
        assert clerk.post(url, chosen).status_code == 302
        person.refresh_from_db()
        assert person.name == "王弍"

    def test_what_only_the_other_changed_is_kept(self, clerk, household, village_clerk):
        url, form = self.form(clerk, household.head)
        update_person(household.head, {"phone": "13800138000"}, actor=village_clerk)
        clerk.post(url, typed(form, name="王建囯"))
        household.head.refresh_from_db()
        assert (household.head.name, household.head.phone.reveal()) == ("王建囯", "13800138000")

    def test_the_household_s_own_record(self, clerk, household):
        url = reverse("households:record-edit", args=[household.pk])
        form = clerk.get(url).context["form"]
        response = clerk.post(url, typed(form, bank_account="123", other_causes=["illness"]))
        errors = response.context["form"].errors
        assert set(errors) == {"other_causes"} or "bank_account" in errors
        clerk.post(
            url,
            typed(
                form,
                household_no="2205030001",
                other_causes=["funds"] if "funds" in dict(form.fields["other_causes"].choices) else [],
            ),
        )
        household.refresh_from_db()
        assert household.household_no == "2205030001"


class TestPlaces:
    def test_position(self, clerk, household):
        url = reverse("households:position", args=[household.pk])
        response = clerk.post(url, {"latitude": "126.0", "longitude": "41.7"})
        assert "填反" in response.context["form"].errors["latitude"][0]
        clerk.post(url, {"latitude": "41.7", "longitude": "126.0"})
        household.refresh_from_db()
        assert float(household.latitude) == 41.7

    def test_village_and_group(self, township_officer, household):
        client = client_of(township_officer)
        group = make_settlement(make_area(VILLAGE_A))
        url = reverse("households:place", args=[household.pk])
        form = client.get(url).context["form"]
        data = typed(
            form, settlement=group.pk, happened_on="2018-10-05", reason="分组调整", document="村委会决议"
        )
        assert client.post(url, data).status_code == 302
        household.refresh_from_db()
        assert household.settlement == group

    def test_status(self, county_reviewer, household):
        client = client_of(county_reviewer)
        url = reverse("households:adopt", args=[household.pk])
        form = client.get(url).context["form"]
        data = typed(form, status="exited", kind="exited", on="2018-12-20", document_name="")
        assert "document_name" in client.post(url, data).context["form"].errors
        client.post(url, data | {"document_name": "国网导出表2018-12"})
        assert Household.objects.get().status == "exited"
