"""The visit template that comes with the system, for the whole country, as an area may begin with.

Asked is only what can change between two visits; the full income sheet once, in autumn. No question asks whether the
household is satisfied with its helper: that proves nothing (practice.md, Field work).
"""

from typing import Any

from households.visits.blocks import (
    AMOUNTS,
    HOUSEHOLD,
    INCOME,
    MEMBER,
    NEEDS,
    PHOTOS,
    POSITION,
    REMARK,
    SCHOOL_AGE,
    SIGNATURE,
    VISIT,
    WORKING_AGE,
    question,
)

NAME = "入户走访"
AUTUMN = [9, 10]
# 五查五看 (procedures.md): five things looked into, five things looked at.
FIVE_CHECKS = (
    ("check_income", "查家庭收入"),
    ("see_sources", "看经济来源"),
    ("check_assets", "查家庭资产"),
    ("see_spending", "看消费水平"),
    ("check_labour", "查家庭劳力"),
    ("see_attitude", "看劳动观念"),
    ("check_housing", "查居住条件"),
    ("see_surroundings", "看生活环境"),
    ("check_cause", "查致贫原因"),
    ("see_poverty", "看贫困程度"),
)


def _block(key: str, title: str, of: str, questions=(), *, months=(), when: str = "") -> dict[str, Any]:
    return {
        "key": key,
        "title": title,
        "of": of,
        "months": list(months),
        "when": when,
        "questions": list(questions),
    }


def _facts(of: str, *names: str) -> list[dict[str, Any]]:
    return [question(of, name) for name in names]


def _five_check(key: str, label: str) -> dict[str, Any]:
    return {
        "key": key,
        "field": None,
        "label": label,
        "kind": "yes_no",
        "options": "",
        "unit": "",
        "min": None,
        "max": None,
        "help": "与登记一致选“是”；不一致选“否”，并写明看到的情况。",
        "note": True,
    }


def _blocks(water: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        _block(AMOUNTS, "本月大额收支", HOUSEHOLD),
        _block(
            "work",
            "务工",
            MEMBER,
            _facts(
                MEMBER, "work_place", "work_area", "work_months", "public_post_type", "public_post_months"
            ),
            when=WORKING_AGE,
        ),
        _block(
            "school",
            "上学",
            MEMBER,
            _facts(MEMBER, "school_status", "school_name", "dropout_reason"),
            when=SCHOOL_AGE,
        ),
        _block("health", "健康", MEMBER, _facts(MEMBER, "health_states", "disease_name")),
        _block(
            "insurance",
            "医保",
            MEMBER,
            _facts(MEMBER, "resident_insurance", "employee_insurance"),
        ),
        _block(
            "pension",
            "养老保险",
            MEMBER,
            _facts(MEMBER, "resident_pension", "employee_pension"),
            when=WORKING_AGE,
        ),
        _block(
            "allowances",
            "低保和特困供养",
            MEMBER,
            _facts(MEMBER, "receives_dibao", "dibao_kind", "receives_tekun"),
        ),
        _block("food", "吃穿", HOUSEHOLD, _facts(HOUSEHOLD, "food_ok", "clothing_ok")),
        _block(
            "housing",
            "住房安全",
            HOUSEHOLD,
            _facts(
                HOUSEHOLD,
                "is_dangerous_house",
                "dangerous_grade",
                "housing_safety",
                "housing_guarantee",
                "housing_document",
            ),
        ),
        _block("water", "饮水", HOUSEHOLD, _facts(HOUSEHOLD, *water)),
        _block("industry", "产业", HOUSEHOLD, _facts(HOUSEHOLD, "has_industry", "in_cooperative")),
        _block(INCOME, "全年收入", HOUSEHOLD, months=AUTUMN),
        _block("five_checks", "五查五看", VISIT, [_five_check(*one) for one in FIVE_CHECKS]),
        _block(NEEDS, "诉求", VISIT),
        _block(REMARK, "走访情况、发现问题和下一步措施", VISIT),
        _block(SIGNATURE, "农户签字", VISIT),
        _block(PHOTOS, "照片", VISIT),
        _block(POSITION, "定位", VISIT),
    ]


# Up to 2017 the national form asked two questions about water, from 2018 one. (area, from, to, name, version, blocks)
TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "area_code": "",
        "year_from": 2014,
        "year_to": 2017,
        "name": f"{NAME}（2017年以前）",
        "version": 1,
        "blocks": _blocks(("water_difficult", "water_safe")),
    },
    {
        "area_code": "",
        "year_from": 2018,
        "year_to": None,
        "name": NAME,
        "version": 1,
        "blocks": _blocks(("water_solved", "water_source")),
    },
)
