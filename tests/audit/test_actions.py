import pytest

from poverty.audit import actions, naming


@pytest.fixture(autouse=True)
def own_registries(monkeypatch):
    monkeypatch.setattr(actions, "_LABELS", {})
    monkeypatch.setattr(naming, "_CASE_TYPES", {})
    monkeypatch.setattr(naming, "_PLACE_NAMES", [])


def test_an_action_is_shown_by_its_label_else_by_its_code():
    actions.register({"household.survey.save": "保存年度信息"})
    assert actions.label("household.survey.save") == "保存年度信息"
    assert actions.label("household.other") == "household.other"
    assert actions.is_registered("household.survey.save")
    assert not actions.is_registered("household.other")


def test_registering_twice_is_harmless_and_a_second_label_is_refused():
    actions.register({"a": "甲"})
    actions.register({"a": "甲"})
    with pytest.raises(ValueError, match="already called"):
        actions.register({"a": "乙"})


def test_choices_are_sorted_and_can_be_limited():
    actions.register({"household.b": "乙", "accounts.a": "甲", "household.a": "丙"})
    assert actions.choices() == [("accounts.a", "甲"), ("household.a", "丙"), ("household.b", "乙")]
    assert actions.choices("accounts.") == [("accounts.a", "甲")]


def test_a_case_type_knows_its_label_and_page():
    naming.register_case_type("areas.area", "区划", "areas:nowhere")
    assert naming.case_type("areas.area").label == "区划"
    assert naming.case_type("areas.area").url(22) == ""
    assert naming.case_type("x.y").label == "x.y"
    assert naming.case_types() == [("areas.area", "区划")]


def test_place_names_are_asked_once_without_the_empty_code():
    asked = []

    def names(codes):
        asked.append(set(codes))
        return {"22": "吉林省"}

    assert naming.place_names(["22"]) == {}
    naming.register_place_names(names)
    assert naming.place_names(["22", "", "22", "23"]) == {"22": "吉林省"}
    assert asked == [{"22", "23"}]
    assert naming.place_names([""]) == {}
