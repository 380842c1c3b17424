"""The pages that show standards."""

import pytest
from django.urls import reverse

from poverty.standards import services
from tests.actors import client_of
from tests.factories.areas import make_area
from tests.factories.standards import make_standard
from tests.standards.test_drafting import draft
from tests.standards.values import row, typed_values


def text_of(response):
    return response.content.decode()


def get(user, name, *args, **query):
    return client_of(user).get(reverse(f"standards:{name}", args=args), query)


def test_the_list_shows_what_is_in_force_and_the_drafts_of_the_area(db, drafter):
    make_standard("22", name="吉林省标准")
    draft(drafter, name="二道江区草稿")
    make_standard("140212", name="新荣区标准")

    page = text_of(get(drafter, "list", year=2018))

    assert "吉林省标准" in page
    assert "二道江区草稿" in page
    assert "新荣区标准" not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"year": "2019"}, {"乙"}),
        ({"status": "draft"}, {"丙"}),
        ({"subject": "village"}, {"丁"}),
        ({"place": "22050310"}, {"丙"}),
        ({"year": "abc"}, {"甲", "乙", "丙", "丁"}),
        ({"status": "x"}, {"甲", "乙", "丙", "丁"}),
    ],
)
def test_filters(db, drafter, query, seen):
    make_standard(name="标准甲")
    make_standard(year=2019, name="标准乙")
    make_standard("220503100", name="标准丙", status="draft")
    make_standard(subject="village", rows={"incidence": "2"}, name="标准丁")

    page = text_of(get(drafter, "list", **query))

    found = {name[-1] for name in ("标准甲", "标准乙", "标准丙", "标准丁") if f">{name}</a></th>" in page}
    assert found == seen


def test_a_place_is_typed_by_its_code_and_nobodys_number_reaches_the_address(db, drafter):
    make_standard("220503100", name="标准丙", status="draft")
    client, page = client_of(drafter), reverse("standards:list")
    answer = client.post(page, {"place": "220503100", "year": "2018", "status": ""})
    assert answer.url == f"{page}?year=2018&place=220503100"
    assert "标准丙" in text_of(client.get(answer.url))
    told = client.post(page, {"place": "13804351234", "year": "2018"}, follow=True)
    assert told.redirect_chain == [(f"{page}?year=2018", 302)]
    assert "不写进网址" in text_of(told)


def test_the_number_of_queries_does_not_grow_with_the_list(db, drafter, django_assert_max_num_queries):
    for year in range(2014, 2024):
        make_standard(year=year)
    client = client_of(drafter)

    with django_assert_max_num_queries(12):
        client.get(reverse("standards:list"))


def test_a_long_list_goes_on_on_the_next_page(db, drafter):
    for year in range(2014, 2066):
        make_standard(year=year, status="draft")

    first = get(drafter, "list")

    assert [found[0].year for found in first.context["rows"]] == list(range(2065, 2015, -1))
    second = get(drafter, "list", page=first.context["page"].next_token)
    assert [found[0].year for found in second.context["rows"]] == [2015, 2014]


def test_which_standard_applies_where_and_why(db, drafter):
    for code in ("220503100", "220503200", "220503100204"):
        make_area(code)
    make_standard("22", name="省标准")
    make_standard("220503100", name="镇标准")
    make_standard("220503100204", name="村标准")

    response = get(drafter, "where", area="220503", year=2018)

    lines = [
        (p.area.code, p.standard and p.standard.name, p.reason, p.below) for p in response.context["places"]
    ]
    assert lines == [
        ("220503", "省标准", "2018 年未单独发布，沿用吉林省的标准。", 2),
        ("220503100", "镇标准", "本级已发布，整套适用，不与上级混用。", 1),
        ("220503200", "省标准", "2018 年未单独发布，沿用吉林省的标准。", 0),
    ]
    assert "镇标准" in text_of(response)


def test_a_place_without_a_standard_says_so(db, drafter):
    response = get(drafter, "where", area="220503", year=2031)

    assert [(p.standard, p.reason) for p in response.context["places"]] == [
        (None, "二道江区及上级 2031 年都未发布标准，该处的户不判定。")
    ]
    assert "本年未发布标准" in text_of(response)


def test_where_takes_a_bounded_number_of_queries(db, drafter, django_assert_max_num_queries):
    for number in range(100, 130):
        make_standard(f"220503{number}")
    client = client_of(drafter)

    with django_assert_max_num_queries(14):
        response = client.get(reverse("standards:where"), {"area": "220503", "year": 2018})
    assert len(response.context["places"]) == 31


def test_the_village_sees_its_own_line(db, village_clerk):
    make_standard("220503", name="区标准")

    response = get(village_clerk, "where", year=2018)

    assert [(p.area.code, p.standard.name) for p in response.context["places"]] == [
        ("220503100204", "区标准")
    ]


def test_one_standard_with_rows_document_versions_and_steps(db, drafter, publisher):
    first = services.publish(
        draft(drafter, row(clause="第三条第一款", evidence="收入测算表")), actor=publisher
    )
    correction = services.correct(first, actor=publisher, reason="标准值录入有误")

    page = text_of(get(drafter, "detail", first.pk))

    for text in (
        "大于 3,535 元/人·年",
        "第三条第一款",
        "收入测算表",
        "吉办发〔2016〕40号",
        "2016-09-01",
        "第 2 版",
    ):
        assert text in page
    assert "查看更正草稿" in page
    page = text_of(get(drafter, "detail", correction.pk))
    assert "标准值录入有误" in page
    assert "核对并发布" in page


def test_a_draft_says_what_is_missing(db, drafter):
    standard = draft(drafter, row(threshold=None), document_number="")

    page = text_of(get(drafter, "detail", standard.pk))

    assert "发布前须填写文号。" in page
    assert "发布前须填写“人均纯收入”的标准值。" in page
    assert "您起草或修改过本标准，须由另一人发布。" in page
    assert "核对并发布" not in page


def test_who_drafts_reaches_the_effect_before_a_second_person_publishes(db, drafter, leader):
    standard = draft(drafter)
    address = reverse("households:standard-preview", args=[standard.pk])

    assert f'href="{address}"' in text_of(get(drafter, "detail", standard.pk))
    assert address not in text_of(get(leader, "detail", standard.pk))


def test_the_difference_to_the_province_is_shown(db, drafter):
    make_standard("22", rows={"income": "3535"})
    standard = draft(drafter, row(threshold="3600"))

    page = text_of(get(drafter, "detail", standard.pk))

    assert "与上级标准对照" in page
    assert "大于 3,600 元/人·年" in page


def test_who_only_reads_gets_no_buttons(db, leader, drafter):
    standard = draft(drafter)

    page = text_of(get(leader, "detail", standard.pk))

    for text in ("作废", "核对并发布", "上传扫描件", "复制到其他年度"):
        assert text not in page
    assert "起草标准" not in text_of(get(leader, "list"))


def test_published_by_the_province_can_be_read_not_changed(db, drafter):
    province = make_standard("22")

    assert get(drafter, "detail", province.pk).status_code == 200
    for name in ("edit", "publish", "correct", "withdraw"):
        assert get(drafter, name, province.pk).status_code == 404


def test_a_draft_of_the_province_is_out_of_sight(db, drafter):
    assert get(drafter, "detail", make_standard("22", status="draft").pk).status_code == 404


def test_typed_text_is_shown_as_text(db, drafter):
    standard = draft(drafter, row(evidence="<script>alert(1)</script>"), name="<b>标准</b>")

    page = text_of(get(drafter, "detail", standard.pk))

    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;标准&lt;/b&gt;" in page


def test_the_confirm_page_shows_the_difference(db, drafter, publisher):
    first = services.publish(draft(drafter), actor=publisher)
    correction = services.correct(first, actor=drafter, reason="改")
    services.update_draft(correction, actor=drafter, values=typed_values(row(threshold="3747")))

    page = text_of(get(publisher, "publish", correction.pk))

    for text in (
        "与现行第 1 版相比",
        "大于 3,535 元/人·年",
        "大于 3,747 元/人·年",
        "无此项",
        "还没有上传文件扫描件",
    ):
        assert text in page


def test_the_confirm_page_names_what_stands_in_the_way(db, drafter, publisher):
    standard = draft(drafter, document_number="")

    page = text_of(get(publisher, "publish", standard.pk))

    assert "发布前须填写文号。" in page
    assert "发布标准</button>" not in page


def test_what_is_published_is_not_confirmed_again(db, publisher):
    response = get(publisher, "publish", make_standard().pk)

    assert response.status_code == 302
