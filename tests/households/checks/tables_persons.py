"""Truth tables of the checks of persons. Expected values by hand."""

from datetime import date

from tests.households.checks.cases import child, grown_up, hit, miss, null

_AT_ILLNESS = {"status": "exited", "main_cause": "illness"}

_FAULTS = (
    "length", "characters", "region", "birth_date", "birth_too_early", "future", "checksum", "card_suffix", "nines",
)  # fmt: skip

IDENTITY = [
    # Born 2017-09-29: a year and a day before the end of the period; the default lets a year pass.
    hit("id.missing", people=[grown_up(1, birth_date=date(2017, 9, 29), identity=None)]),
    miss("id.missing", people=[grown_up(1, birth_date=date(2017, 9, 30), identity=None)]),
    miss("id.missing", people=[grown_up(30)]),
    null("id.missing", people=[grown_up(30, birth_date=None, identity=None)]),
    *[hit(f"id.{fault}", people=[grown_up(30, identity=None, identity_faults=[fault])]) for fault in _FAULTS],
    *[miss(f"id.{fault}", people=[grown_up(30)]) for fault in _FAULTS],
    *[null(f"id.{fault}", people=[grown_up(30, identity=None)]) for fault in _FAULTS],
    hit("id.birth_missing", people=[grown_up(30, birth_date=None, identity=None)]),
    miss("id.birth_missing", people=[grown_up(30, identity=None)]),
    null("id.birth_missing", people=[grown_up(30, facts=False)]),
    hit("id.sex_missing", people=[grown_up(30, sex="", identity=None)]),
    hit("id.sex_missing", people=[grown_up(30, sex="unknown", identity=None)]),
    miss("id.sex_missing", people=[grown_up(30, sex="female")]),
    null("id.sex_missing", people=[grown_up(30, facts=False)]),
    hit("id.sex_against_relation", people=[grown_up(20, relation="son", sex="female")]),
    hit("id.sex_against_relation", people=[grown_up(20, relation="daughter", sex="male")]),
    miss("id.sex_against_relation", people=[grown_up(20, relation="daughter", sex="female")]),
    miss("id.sex_against_relation", people=[grown_up(20, relation="sibling", sex="female")]),
    null("id.sex_against_relation", people=[grown_up(20, relation="son", sex="", identity=None)]),
    hit("id.double_in_village", people=[grown_up(20, name="李双"), grown_up(20, name="李双")]),
    miss("id.double_in_village", people=[grown_up(20, name="李单"), grown_up(21, name="李单")]),
    miss("id.double_in_village", people=[grown_up(20, name="李异"), grown_up(20, name="李异", sex="female")]),
    null(
        "id.double_in_village",
        people=[
            grown_up(20, name="李无", birth_date=None, identity=None),
            grown_up(20, name="李无", birth_date=None, identity=None),
        ],
    ),
    hit("id.card_without_disability", people=[grown_up(30, document_type="disability_card")]),
    miss(
        "id.card_without_disability",
        people=[grown_up(30, document_type="disability_card", facts={"health_states": "chronic,disabled"})],
    ),
    miss(
        "id.card_without_disability",
        people=[grown_up(30, document_type="disability_card", facts={"disability_kind": "sight"})],
    ),
    miss("id.card_without_disability", people=[grown_up(30)]),
    null(
        "id.card_without_disability",
        people=[grown_up(30, document_type="disability_card", facts={"health_states": ""})],
    ),
]

ALLOWANCES = [
    hit("allowance.both", people=[grown_up(70, facts={"receives_dibao": True, "receives_tekun": True})]),
    miss("allowance.both", people=[grown_up(70, facts={"receives_dibao": True, "receives_tekun": False})]),
    null("allowance.both", people=[grown_up(70, facts={"receives_dibao": True, "receives_tekun": None})]),
    hit("allowance.dibao_kind", people=[grown_up(70, facts={"receives_dibao": True, "dibao_kind": "none"})]),
    hit(
        "allowance.dibao_kind", people=[grown_up(70, facts={"receives_dibao": False, "dibao_kind": "rural"})]
    ),
    miss(
        "allowance.dibao_kind", people=[grown_up(70, facts={"receives_dibao": True, "dibao_kind": "urban"})]
    ),
    null(
        "allowance.dibao_kind", people=[grown_up(70, facts={"receives_dibao": None, "dibao_kind": "rural"})]
    ),
    null("allowance.dibao_kind", people=[grown_up(70, facts={"receives_dibao": True, "dibao_kind": ""})]),
    hit(
        "allowance.destitute_kind",
        people=[grown_up(70, facts={"receives_tekun": True, "tekun_kind": "none"})],
    ),
    hit(
        "allowance.destitute_kind",
        people=[grown_up(70, facts={"receives_tekun": False, "tekun_kind": "rural"})],
    ),
    miss(
        "allowance.destitute_kind",
        people=[grown_up(70, facts={"receives_tekun": True, "tekun_kind": "rural"})],
    ),
    null(
        "allowance.destitute_kind",
        people=[grown_up(70, facts={"receives_tekun": None, "tekun_kind": "none"})],
    ),
]

WORK = [
    hit("work.place_without_months", head={"facts": {"work_months": 0}}),
    hit("work.place_without_months", head={"facts": {"work_months": None}}),
    miss("work.place_without_months"),
    miss("work.place_without_months", head={"facts": {"work_place": "", "work_months": 0}}),
    null("work.place_without_months", head={"facts": {"work_place": "", "work_months": None}}),
    # The export of persons names the place in words and has no 务工状况.
    hit(
        "work.place_without_months",
        head={"facts": {"work_place": "", "work_area": "浙江省宁波市", "work_months": None}},
    ),
    miss("work.months_without_place", head={"facts": {"work_place": "", "work_area": "浙江省宁波市"}}),
    miss("work.months_without_place", head={"facts": {"work_place": "", "works_abroad": True}}),
    hit("work.months_without_place", head={"facts": {"work_place": "", "works_abroad": False}}),
    hit("work.months_without_place", head={"facts": {"work_place": "", "work_months": 1}}),
    miss("work.months_without_place", head={"facts": {"work_place": "", "work_months": 0}}),
    miss("work.months_without_place"),
    null("work.months_without_place", head={"facts": {"work_place": "", "work_months": None}}),
    hit("work.without_labour", head={"facts": {"labour_skill": "none", "work_months": 1}}),
    hit("work.without_labour", head={"facts": {"labour_skill": "lost", "work_months": 12}}),
    miss("work.without_labour", head={"facts": {"labour_skill": "weak", "work_months": 12}}),
    miss("work.without_labour", head={"facts": {"labour_skill": "none", "work_months": 0}}),
    null("work.without_labour", head={"facts": {"labour_skill": "", "work_months": 3}}),
    null("work.without_labour", head={"facts": {"labour_skill": "none", "work_months": None}}),
    hit("work.post_without_months", head={"facts": {"public_post_type": "cleaner"}}),
    hit("work.post_without_months", head={"facts": {"public_post_type": "cleaner", "public_post_months": 0}}),
    miss(
        "work.post_without_months", head={"facts": {"public_post_type": "cleaner", "public_post_months": 6}}
    ),
    null("work.post_without_months", head={"facts": {"public_post_type": "", "public_post_months": None}}),
    hit("work.months_without_post", head={"facts": {"public_post_type": "", "public_post_months": 6}}),
    miss("work.months_without_post", head={"facts": {"public_post_type": "", "public_post_months": 0}}),
    null("work.months_without_post", head={"facts": {"public_post_type": "", "public_post_months": None}}),
]

LABOUR = [
    # 16 on 30 September 2018: born until 2002-09-30; 65 until the day before the 66th birthday.
    hit(
        "labour.healthy_without",
        people=[grown_up(16, birth_date=date(2002, 9, 30), facts={"labour_skill": "none"})],
    ),
    hit(
        "labour.healthy_without",
        people=[grown_up(65, birth_date=date(1952, 10, 1), facts={"labour_skill": "none"})],
    ),
    miss(
        "labour.healthy_without",
        people=[grown_up(15, birth_date=date(2002, 10, 1), facts={"labour_skill": "none"})],
    ),
    miss(
        "labour.healthy_without",
        people=[grown_up(66, birth_date=date(1952, 9, 30), facts={"labour_skill": "none"})],
    ),
    miss(
        "labour.healthy_without",
        people=[grown_up(40, facts={"labour_skill": "none", "health_states": "serious"})],
    ),
    miss(
        "labour.healthy_without",
        people=[grown_up(17, facts={"labour_skill": "none", "school_status": "high_2"})],
    ),
    null(
        "labour.healthy_without", people=[grown_up(40, facts={"labour_skill": "none", "health_states": ""})]
    ),
    null("labour.healthy_without", people=[grown_up(40, facts={"labour_skill": ""})]),
    null(
        "labour.healthy_without",
        people=[grown_up(40, birth_date=None, identity=None, facts={"labour_skill": "none"})],
    ),
    hit("labour.healthy_lost", head={"facts": {"labour_skill": "lost"}}),
    miss("labour.healthy_lost", head={"facts": {"labour_skill": "lost", "health_states": "disabled"}}),
    null("labour.healthy_lost", head={"facts": {"labour_skill": "lost", "health_states": ""}}),
    hit("labour.too_young", people=[child(15, birth_date=date(2002, 10, 1), facts={"labour_skill": "weak"})]),
    miss(
        "labour.too_young", people=[child(16, birth_date=date(2002, 9, 30), facts={"labour_skill": "weak"})]
    ),
    miss("labour.too_young", people=[child(15, facts={"labour_skill": "none"})]),
    null("labour.too_young", people=[child(15, facts={"labour_skill": ""})]),
    null(
        "labour.too_young", people=[child(15, birth_date=None, identity=None, facts={"labour_skill": "weak"})]
    ),
    hit(
        "labour.old_without_work",
        people=[grown_up(66, birth_date=date(1952, 9, 30), facts={"work_months": 0, "work_place": ""})],
    ),
    miss(
        "labour.old_without_work",
        people=[grown_up(65, birth_date=date(1952, 10, 1), facts={"work_months": 0, "work_place": ""})],
    ),
    miss("labour.old_without_work", people=[grown_up(70, facts={"work_months": 3})]),
    miss("labour.old_without_work", people=[grown_up(70, facts={"work_months": 0, "labour_skill": "none"})]),
    null("labour.old_without_work", people=[grown_up(70, facts={"work_months": None})]),
]

_OUT = {"school_status": "not_at_school"}
SCHOOL = [
    # The school day is 1 September: 14 until the day before the 15th birthday.
    hit(
        "school.senior_too_young",
        people=[child(14, birth_date=date(2003, 9, 2), facts={"school_status": "high_1"})],
    ),
    miss(
        "school.senior_too_young",
        people=[child(15, birth_date=date(2003, 9, 1), facts={"school_status": "high_1"})],
    ),
    miss("school.senior_too_young", people=[child(13, facts={"school_status": "grade_8"})]),
    null(
        "school.senior_too_young",
        people=[child(13, birth_date=None, identity=None, facts={"school_status": "high_1"})],
    ),
    null("school.senior_too_young", people=[child(13, facts={"school_status": ""})]),
    hit("school.primary_too_old", people=[child(16, birth_date=date(2002, 9, 1))]),
    miss("school.primary_too_old", people=[child(15, birth_date=date(2002, 9, 2))]),
    miss("school.primary_too_old", people=[child(17, facts={"school_status": "high_2"})]),
    null("school.primary_too_old", people=[child(17, facts={"school_status": ""})]),
    hit(
        "school.student_too_old",
        people=[child(31, birth_date=date(1987, 9, 1), facts={"school_status": "postgraduate"})],
    ),
    miss(
        "school.student_too_old",
        people=[child(30, birth_date=date(1987, 9, 2), facts={"school_status": "postgraduate"})],
    ),
    miss("school.student_too_old", people=[grown_up(40)]),
    null("school.student_too_old", people=[grown_up(40, facts={"school_status": ""})]),
    hit(
        "school.healthy_not_at_school",
        people=[child(6, birth_date=date(2012, 9, 1), facts=_OUT)],
    ),
    hit(
        "school.healthy_not_at_school",
        people=[child(14, birth_date=date(2003, 9, 2), facts=_OUT)],
    ),
    miss(
        "school.healthy_not_at_school",
        people=[child(5, birth_date=date(2012, 9, 2), facts=_OUT)],
    ),
    miss(
        "school.healthy_not_at_school",
        people=[child(15, birth_date=date(2003, 9, 1), facts=_OUT)],
    ),
    miss("school.healthy_not_at_school", people=[child(10)]),
    miss(
        "school.healthy_not_at_school",
        people=[child(10, facts={"school_status": "not_at_school", "health_states": "disabled"})],
    ),
    miss(
        "school.healthy_not_at_school",
        people=[child(10, facts={"school_status": "not_at_school", "school_exemption": "home_teaching"})],
    ),
    null("school.healthy_not_at_school", people=[child(10, facts={"school_status": ""})]),
    null(
        "school.healthy_not_at_school",
        people=[child(10, facts={"school_status": "not_at_school", "health_states": ""})],
    ),
    hit("school.level_and_status", people=[child(10, facts={"education_level": "primary"})]),
    miss("school.level_and_status", people=[child(10)]),
    null(
        "school.level_and_status",
        people=[child(10, facts={"school_status": "", "education_level": "primary"})],
    ),
    hit("school.level_missing", head={"facts": {"education_level": ""}}),
    miss("school.level_missing"),
    null("school.level_missing", head={"facts": {"education_level": "", "school_status": ""}}),
    hit("school.reason_at_school", people=[child(10, facts={"dropout_reason": "weary"})]),
    miss("school.reason_at_school", people=[child(10)]),
    null(
        "school.reason_at_school", people=[child(10, facts={"school_status": "", "dropout_reason": "weary"})]
    ),
]

_NO_PENSION = {"resident_pension": False, "employee_pension": False}
PENSION = [
    hit("pension.not_insured", people=[grown_up(60, birth_date=date(1958, 9, 30), facts=_NO_PENSION)]),
    miss("pension.not_insured", people=[grown_up(59, birth_date=date(1958, 10, 1), facts=_NO_PENSION)]),
    miss("pension.not_insured", people=[grown_up(70, facts={**_NO_PENSION, "employee_pension": True})]),
    null("pension.not_insured", people=[grown_up(70, facts={**_NO_PENSION, "employee_pension": None})]),
]

EXITED = [
    hit(
        "exited.illness_not_insured",
        household=_AT_ILLNESS,
        head={"facts": {"health_states": "chronic", "serious_illness_insurance": False}},
    ),
    hit(
        "exited.illness_not_insured",
        household={**_AT_ILLNESS, "status": "pre_exit"},
        head={"facts": {"health_states": "chronic", "serious_illness_insurance": False}},
    ),
    miss(
        "exited.illness_not_insured",
        household={**_AT_ILLNESS, "status": "not_exited"},
        head={"facts": {"health_states": "chronic", "serious_illness_insurance": False}},
    ),
    miss(
        "exited.illness_not_insured",
        household=_AT_ILLNESS,
        head={"facts": {"health_states": "healthy", "serious_illness_insurance": False}},
    ),
    null(
        "exited.illness_not_insured",
        household=_AT_ILLNESS,
        head={"facts": {"health_states": "chronic", "serious_illness_insurance": None}},
    ),
]

TABLES = {
    "identity": IDENTITY,
    "allowances": ALLOWANCES,
    "work": WORK,
    "labour": LABOUR,
    "school": SCHOOL,
    "pension": PENSION,
    "exited": EXITED,
}
