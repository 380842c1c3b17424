from poverty.standards.in_force import coverage, in_force, in_force_many, more_specific
from tests.factories.standards import make_standard


def entries(*args):
    """Coverage as (area of the standard, area to judge, excluded)."""
    return [(one.standard.area_code, one.area_code, one.excluded) for one in coverage(*args)]


def test_the_longest_published_prefix_applies_whole(db):
    make_standard("")
    province = make_standard("22", rows={"income": "3535", "food": None})
    county = make_standard("220503", rows={"income": "3600"})

    assert in_force("household", 2018, "220503100204") == county
    assert [row.indicator for row in in_force("household", 2018, "220503100204").requirements.all()] == [
        "income"
    ]
    assert in_force("household", 2018, "220502100200") == province
    assert in_force("household", 2018, "140212100201").area_code == ""
    assert in_force("household", 2018, "").area_code == ""


def test_another_year_subject_or_a_draft_does_not_apply(db):
    make_standard("220503", 2018)
    make_standard("220503", 2019, status="draft")
    make_standard("220503", 2020, subject="village", rows={"incidence": "2"})

    assert in_force("household", 2017, "220503") is None
    assert in_force("household", 2019, "220503") is None
    assert in_force("household", 2020, "220503") is None
    assert in_force("village", 2020, "220503100204").subject == "village"


def test_a_neighbour_with_a_similar_code_is_not_below(db):
    # 2205 is 通化市, 22050 would be nothing: only whole codes count, and 220503 is not above 220513.
    make_standard("220503")

    assert in_force("household", 2018, "220513100200") is None
    assert in_force("household", 2018, "2205") is None


def test_coverage_of_overlapping_standards(db):
    """By hand: the country, 吉林 (22), its city has none, 二道江区 (220503), in it 鸭园镇 (220503100) with
    one village (220503100204) of its own, another county (220502), and 新荣区 (140212) in another province.
    """
    for code in ("", "22", "220503", "220503100", "220503100204", "220502", "140212"):
        make_standard(code)

    assert entries("household", 2018, "") == [
        ("", "", ("140212", "22")),
        ("140212", "140212", ()),
        ("22", "22", ("220502", "220503")),
        ("220502", "220502", ()),
        ("220503", "220503", ("220503100",)),
        ("220503100", "220503100", ("220503100204",)),
        ("220503100204", "220503100204", ()),
    ]
    # Clipped to the city: the province's standard over the city, less its two counties.
    assert entries("household", 2018, "2205") == [
        ("22", "2205", ("220502", "220503")),
        ("220502", "220502", ()),
        ("220503", "220503", ("220503100",)),
        ("220503100", "220503100", ("220503100204",)),
        ("220503100204", "220503100204", ()),
    ]
    # Clipped to the county, whose own standard is at its edge.
    assert entries("household", 2018, "220503") == [
        ("220503", "220503", ("220503100",)),
        ("220503100", "220503100", ("220503100204",)),
        ("220503100204", "220503100204", ()),
    ]
    # A township without one, and a village with one.
    assert entries("household", 2018, "220503200") == [("220503", "220503200", ())]
    assert entries("household", 2018, "220503100204") == [("220503100204", "220503100204", ())]
    # Another province's county without one falls to the country.
    assert entries("household", 2018, "110101") == [("", "110101", ())]


def test_coverage_leaves_out_what_has_no_standard(db):
    make_standard("220503100")

    assert entries("household", 2018, "220503") == [("220503100", "220503100", ())]
    assert entries("household", 2018, "220503200") == []
    assert entries("household", 2019, "220503") == []


def test_every_village_lies_in_exactly_the_entry_of_its_standard(db):
    for code in ("", "22", "220503", "220503100", "220502", "140212"):
        make_standard(code)
    villages = [
        "220503100204",
        "220503200200",
        "220502200200",
        "220581100200",
        "140212100201",
        "110101001001",
    ]

    for village in villages:
        judged = [
            one.standard
            for one in coverage("household", 2018, "")
            if village.startswith(one.area_code)
            and not any(village.startswith(code) for code in one.excluded)
        ]
        assert judged == [in_force("household", 2018, village)]


def test_coverage_takes_two_queries(db, django_assert_num_queries):
    for code in ("", "22", "220503", "220503100"):
        make_standard(code)

    with django_assert_num_queries(2):
        for one in coverage("household", 2018, "22"):
            assert len(one.standard.requirements.all()) == 7


def test_many_areas_at_once(db, django_assert_num_queries):
    make_standard("22")
    make_standard("220503100")
    make_standard("220503100204")
    codes = ["220503", "220503100", "220503200", "14"]

    with django_assert_num_queries(1):
        found = in_force_many("household", 2018, codes)
    assert {code: one and one.area_code for code, one in found.items()} == {
        "220503": "22",
        "220503100": "220503100",
        "220503200": "22",
        "14": None,
    }
    assert more_specific("household", 2018, codes) == {"220503": 2, "220503100": 1, "220503200": 0, "14": 0}
