"""Pages of register changes: propose, lists of township and county, what is refused stays typed."""

from datetime import date

import pytest
from django.urls import reverse

from households.models import Household, Member, RegisterChange
from households.services.changes import confirm_changes, propose_change
from poverty.fields.identity import resident_number
from tests.actors import VILLAGE_A, client_of
from tests.factories.files import make_upload, pdf
from tests.factories.households import make_household, make_member
from tests.factories.web import typed

pytestmark = pytest.mark.django_db

NUMBER = resident_number("220503", date(1992, 6, 1), 12)


@pytest.fixture
def household():
    return make_household(
        VILLAGE_A,
        members=[
            {"name": "李秀英", "relation": "spouse", "sex": "female"},
            {"name": "王小明", "relation": "son", "birth_date": date(1992, 5, 1)},
        ],
    )


@pytest.fixture
def clerk(village_clerk):
    return client_of(village_clerk)


def url_of(household, kind):
    return reverse("households:propose", args=[household.pk, kind])


def send(client, household, kind, files=None, **values):
    """Fill in the form as shown and send it."""
    url = url_of(household, kind)
    form = client.get(url).context["form"]
    common = {"happened_on": "2018-10-05", "reason": "按实际情况", "document_name": "户口本"}
    return client.post(url, {**typed(form, **{**common, **values}), **(files or {})})


def pk_of(household, name):
    return household.memberships.get(member__name=name, valid_to=None).member_id


class TestProposing:
    def test_the_start_says_who_decides(self, clerk, household):
        html = clerk.get(reverse("households:propose-start", args=[household.pk])).content.decode()
        assert "增加成员" in html
        assert "乡镇核实，县审定" in html

    def test_what_cannot_be_of_this_household_is_not_offered(self, clerk, household):
        alone = make_household(VILLAGE_A, head="孙立")
        html = clerk.get(reverse("households:propose-start", args=[alone.pk])).content.decode()
        assert url_of(alone, "split") not in html
        assert "户内只有一人" in html
        assert url_of(alone, "return_member") not in html
        assert "没有可以回户的成员" in html
        larger = clerk.get(reverse("households:propose-start", args=[household.pk])).content.decode()
        assert url_of(household, "split") in larger
        assert url_of(household, "change_head") in larger

    @pytest.mark.parametrize("kind", ["merge", "close"])
    def test_everything_that_is_missing_is_told_at_once(self, clerk, household, kind):
        answer = send(clerk, household, kind, happened_on="", document_name="")
        assert answer.status_code == 422
        prefix = "relation" if kind == "merge" else "leave_reason"
        of_members = {f"{prefix}_{row.member_id}" for row in household.memberships.all()}
        assert {"happened_on", "document_name", *of_members} <= set(answer.context["form"].errors)

    def test_a_new_member(self, clerk, household):
        response = send(
            clerk,
            household,
            "add_member",
            name="周小燕",
            identity=NUMBER,
            relation="daughter_in_law",
            join_reason="marriage_in",
        )
        change = RegisterChange.objects.get()
        assert response.url == reverse("households:change", args=[change.pk])
        assert change.member.name == "周小燕"
        assert change.member.household is None

    def test_what_is_refused_stays_typed_and_nothing_is_saved(self, clerk, household):
        wrong = NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2")
        response = send(
            clerk,
            household,
            "add_member",
            name="周小燕",
            identity=wrong,
            relation="daughter_in_law",
            join_reason="marriage_in",
        )
        assert response.status_code == 422
        form = response.context["form"]
        assert "校验不对" in form.errors["identity"][0]
        assert form["name"].value() == "周小燕"
        assert form["identity"].value() == wrong
        assert not Member.objects.filter(name="周小燕").exists()

    def test_when_the_proposal_is_refused_the_person_is_not_saved_either(self, clerk, household):
        response = send(
            clerk,
            household,
            "add_member",
            name="周小燕",
            identity=NUMBER,
            relation="son",
            join_reason="marriage_in",
        )
        assert response.context["form"].errors["relation"] == ["周小燕的性别是女，不能是“之子”。"]
        assert not Member.objects.filter(name="周小燕").exists()

    def test_a_birth_date_against_the_number(self, clerk, household):
        response = send(
            clerk,
            household,
            "add_member",
            name="周小燕",
            identity=NUMBER,
            birth_date="1992-06-02",
            relation="daughter_in_law",
            join_reason="marriage_in",
        )
        assert "第7至14位不一致" in response.context["form"].errors["birth_date"][0]

    def test_a_day_in_the_future(self, clerk, household):
        response = send(clerk, household, "clear_household", happened_on="2099-01-01")
        assert "今天之后" in response.context["form"].errors["happened_on"][0]

    def test_a_new_head_asks_everybody_s_relation(self, clerk, household):
        son, old, wife = (pk_of(household, name) for name in ("王小明", "王建国", "李秀英"))
        response = send(clerk, household, "change_head", member=son, **{f"relation_{wife}": "mother"})
        assert response.context["form"].errors[f"relation_{old}"] == ["请选择与户主关系。"]
        send(
            clerk,
            household,
            "change_head",
            member=son,
            **{f"relation_{wife}": "mother", f"relation_{old}": "father"},
        )
        assert RegisterChange.objects.get().details["relations"] == {str(wife): "mother", str(old): "father"}

    def test_splitting(self, clerk, household):
        son = pk_of(household, "王小明")
        response = send(clerk, household, "split", leaving=[], head=son)
        assert "head" in response.context["form"].errors
        send(clerk, household, "split", leaving=[son], head=son)
        assert RegisterChange.objects.get().details["head"] == son

    def test_merging_names_the_other_household(self, clerk, household):
        target = make_household(VILLAGE_A, head="陈大山")
        people = household.memberships.order_by("pk").values_list("member_id", flat=True)
        relations = dict(
            zip((f"relation_{pk}" for pk in people), ("sibling", "brothers_wife", "nephew"), strict=True)
        )
        send(clerk, household, "merge", target=target.own_no, **relations)
        assert RegisterChange.objects.get().target == target

    def test_several_of_a_name_are_listed(self, clerk, household):
        one, two = (make_household(VILLAGE_A, head="陈大山") for _ in range(2))
        response = send(clerk, household, "merge", target="陈大山")
        told = response.context["form"].errors["target"][0]
        assert one.own_no in told
        assert two.own_no in told

    def test_a_household_out_of_sight_is_not_found(self, clerk, household):
        other = make_household("220503200200", head="陈大山")
        response = send(clerk, household, "merge", target=other.own_no)
        assert "没有找到" in response.context["form"].errors["target"][0]

    def test_a_scan_is_kept_with_the_change(self, clerk, household, settings, tmp_path):
        settings.FILES_ROOT = tmp_path
        send(clerk, household, "clear_household", files={"scan": make_upload(pdf(), "核查表.pdf")})
        assert RegisterChange.objects.get().scan.name == "核查表.pdf"

    def test_a_file_that_is_none_is_refused(self, clerk, household, settings, tmp_path):
        settings.FILES_ROOT = tmp_path
        response = send(
            clerk, household, "clear_household", files={"scan": make_upload(b"nonsense", "核查表.pdf")}
        )
        assert "scan" in response.context["form"].errors
        assert not RegisterChange.objects.exists()

    def test_another_county_is_not_found(self, stranger, household):
        client = client_of(stranger("village_clerk"))
        assert client.get(url_of(household, "clear_household")).status_code == 404

    def test_an_unknown_kind_leads_back(self, clerk, household):
        assert clerk.get(url_of(household, "explode")).status_code == 302

    @pytest.mark.parametrize(
        "kind",
        [
            "add_member",
            "remove_member",
            "return_member",
            "move_member",
            "change_head",
            "split",
            "merge",
            "close",
            "clear_member",
            "clear_household",
        ],
    )
    def test_every_form_opens_and_refuses_nothing_typed(self, clerk, household, kind):
        url = url_of(household, kind)
        assert clerk.get(url).status_code == 200
        response = clerk.post(url, {})
        assert response.status_code == 422
        assert "happened_on" in response.context["form"].errors


class TestLists:
    @pytest.fixture
    def change(self, household, village_clerk):
        return propose_change(
            "remove_member",
            household,
            actor=village_clerk,
            happened_on=date(2018, 10, 5),
            reason="病故",
            document_name="死亡证明",
            member=household.memberships.get(relation="spouse").member,
            details={"leave_reason": "death"},
        )

    def test_the_township_confirms_what_it_ticked(self, change, township_officer):
        client = client_of(township_officer)
        html = client.get(reverse("households:changes")).content.decode()
        assert "本月变动清单" in html
        assert "二道沟村" in html or "区划" in html
        response = client.post(
            reverse("households:changes-confirm"),
            {"change": [change.pk], "document_name": "鸭园镇10月变动清单"},
        )
        assert response.status_code == 302
        change.refresh_from_db()
        assert change.state == "effective"

    def test_nothing_ticked(self, change, township_officer):
        response = client_of(township_officer).post(reverse("households:changes-confirm"), {})
        assert response.status_code == 422
        assert "请先勾选变动" in response.content.decode()

    def test_a_wrong_day_keeps_the_ticks(self, change, township_officer):
        response = client_of(township_officer).post(
            reverse("households:changes-confirm"), {"change": [change.pk], "happened_on": "2018-10-01"}
        )
        html = response.content.decode()
        assert "补录原因" in html
        assert f'value="{change.pk}" checked' in html

    def test_what_did_not_work_is_told(self, change, household, township_officer, village_clerk):
        other = make_household(VILLAGE_A, head="陈大山")
        baby = make_member(None, "王小宝", birth_date=date(2018, 9, 20), identity=None, facts=False)
        both = [
            propose_change(
                "add_member",
                one,
                actor=village_clerk,
                happened_on=date(2018, 10, 5),
                reason="出生",
                document_name="出生医学证明",
                member=baby,
                details={"relation": "grandson", "join_reason": "birth"},
            )
            for one in (household, other)
        ]
        response = client_of(township_officer).post(
            reverse("households:changes-confirm"), {"change": [one.pk for one in both]}
        )
        assert response.status_code == 200
        assert "1 项没有办理" in response.content.decode()
        assert "一人只能在一户" in response.content.decode()

    def test_another_county_s_changes_are_not_touched(self, change, stranger):
        client = client_of(stranger("township_officer"))
        assert "减少成员" not in client.get(reverse("households:changes")).content.decode()
        response = client.post(reverse("households:changes-confirm"), {"change": [change.pk]})
        assert response.status_code == 422
        change.refresh_from_db()
        assert change.state == "proposed"

    def test_the_county_decides_with_its_minutes(
        self, household, village_clerk, township_officer, county_reviewer
    ):
        change = propose_change(
            "clear_household",
            household,
            actor=village_clerk,
            happened_on=date(2018, 10, 5),
            reason="有商品房",
            document_name="核查表",
        )
        confirm_changes([change.pk], actor=township_officer)
        client = client_of(county_reviewer)
        assert "县审定清单" in client.get(reverse("households:changes")).content.decode()
        response = client.post(reverse("households:changes-decide"), {"change": [change.pk]})
        assert "document_name" in response.context["form"].errors
        client.post(
            reverse("households:changes-decide"),
            {"change": [change.pk], "document_name": "纪要〔2018〕9号"},
        )
        household.refresh_from_db()
        assert household.state == "closed"

    def test_returned_with_its_reason(self, change, township_officer, clerk):
        url = reverse("households:change-return", args=[change.pk])
        assert client_of(township_officer).post(url, {"comment": ""}).status_code == 422
        client_of(township_officer).post(url, {"comment": "死亡证明不清楚"})
        html = clerk.get(reverse("households:change", args=[change.pk])).content.decode()
        assert "已退回" in html
        assert "死亡证明不清楚" in html

    def test_the_village_sees_its_own_and_withdraws(self, change, clerk):
        html = clerk.get(reverse("households:changes")).content.decode()
        assert "我提出的变动" in html
        clerk.post(reverse("households:change-withdraw", args=[change.pk]), {})
        change.refresh_from_db()
        assert change.state == "withdrawn"

    def test_the_page_says_why_not(self, change, township_officer, household):
        from_household = reverse("households:change", args=[change.pk])
        assert "乡镇确认生效" in client_of(township_officer).get(from_household).content.decode()

    def test_numbers_are_masked(self, change, clerk, household):
        html = clerk.get(reverse("households:change", args=[change.pk])).content.decode()
        number = household.head.identity
        assert number.masked in html
        assert number.reveal() not in html

    def test_readers_only_read(self, change, leader):
        html = client_of(leader).get(reverse("households:changes")).content.decode()
        assert "由乡镇专干办理，这里只供查看" in html
        assert "changes-confirm" not in html

    def test_queries_do_not_grow_with_the_list(
        self, village_clerk, township_officer, django_assert_max_num_queries
    ):
        for number in range(12):
            one = make_household(VILLAGE_A, head=f"陈{'一二三四五六七八九十甲乙'[number]}")
            propose_change(
                "clear_household",
                one,
                actor=village_clerk,
                happened_on=date(2018, 10, 5),
                reason="有商品房",
                document_name="核查表",
            )
        client = client_of(township_officer)
        client.get(reverse("households:changes"))
        with django_assert_max_num_queries(12):
            client.get(reverse("households:changes"))


class TestRegistering:
    HEAD = resident_number("220503", date(1970, 3, 8), 11)

    def send(self, client, action="save", **values):
        url = reverse("households:register")
        page = client.get(url)
        data = typed(page.context["form"])
        data |= typed(page.context["members"].management_form)
        for row in page.context["members"]:
            data |= typed(row)
        common = {
            "name": "赵新户",
            "identity": self.HEAD,
            "happened_on": "2018-11-01",
            "reason": "整户迁入",
            "document_name": "户口本",
            "action": action,
        }
        return client.post(url, {**data, **common, **values})

    def test_with_members_in_one_go(self, clerk):
        response = self.send(
            clerk,
            **{"member-0-name": "周小燕", "member-0-identity": NUMBER, "member-0-relation": "spouse"},
        )
        change = RegisterChange.objects.get()
        assert response.url == reverse("households:change", args=[change.pk])
        household = change.household
        assert (household.state, household.size, household.area_id) == ("pending", 2, VILLAGE_A)

    def test_a_wrong_member_is_told_in_his_row(self, clerk):
        response = self.send(
            clerk,
            **{"member-1-name": "周小燕", "member-1-identity": NUMBER, "member-1-relation": "son"},
        )
        assert response.status_code == 422
        rows = response.context["members"].forms
        assert rows[1].errors["relation"] == ["周小燕的性别是女，不能是“之子”。"]
        assert rows[1]["name"].value() == "周小燕"
        assert not Household.objects.exists()
        assert not Member.objects.exists()

    def test_all_faults_stand_in_one_list_with_whose_they_are(self, clerk):
        number = resident_number("220503", date(1960, 6, 1), 11)
        wrong = number[:17] + ("1" if number[17] != "1" else "2")
        answer = clerk.post(
            reverse("households:register"),
            {
                "action": "save",
                "name": "孙立",
                "identity": wrong,
                "phone": "1380435",
                "member-TOTAL_FORMS": "2",
                "member-INITIAL_FORMS": "0",
                "member-0-name": "孙小雨",
                "member-0-identity": wrong,
            },
        )
        assert answer.status_code == 422
        html = answer.content.decode()
        assert html.count('role="alert"') == 1
        assert {"identity", "phone", "happened_on", "reason", "document_name"} <= set(
            answer.context["form"].errors
        )
        assert {"identity", "relation"} == set(answer.context["members"][0].errors)
        assert ">第1名成员 证件号码</a>" in html

    def test_more_rows_keep_what_was_typed(self, clerk):
        response = self.send(clerk, action="add", **{"member-0-name": "周小燕"})
        rows = response.context["members"].forms
        assert response.status_code == 200
        assert len(rows) == 5
        assert rows[0]["name"].value() == "周小燕"
        assert not Household.objects.exists()

    def test_a_poor_household_has_a_cause(self, clerk):
        response = self.send(clerk, kind="registered_poor")
        assert "须选主要致贫原因" in response.context["form"].errors["main_cause"][0]

    def test_only_villages_of_one_s_own_are_offered(self, clerk):
        make_household("220503200200")
        response = self.send(clerk, area="220503200200")
        assert "area" in response.context["form"].errors

    def test_the_township_may_refuse_to_register(self, clerk, township_officer):
        self.send(clerk)
        household = Household.objects.get()
        officer = client_of(township_officer)
        officer.post(reverse("households:discard", args=[household.pk]), {"comment": "长期不在本村居住"})
        household.refresh_from_db()
        assert household.state == "closed"
