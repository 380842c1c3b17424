"""Truth tables of the checks of households. Expected values by hand.

The household of `cases` has one member of 48 who works ten months, and 12,000 yuan net: 10,000 wages, 3,000
production, 500 transfers, 1,500 expense.
"""

from datetime import date

from tests.households.checks.cases import EXITED, child, grown_up, hit, miss, null, workers

ONE = b"\x01" * 32
TWO = b"\x02" * 32
_SICK = {"facts": {"health_states": "chronic"}}
_UNKNOWN_HEALTH = {"facts": {"health_states": ""}}


def spouse(sex="female", **fields):
    return grown_up(45, relation="spouse", sex=sex, **fields)


HOUSEHOLD = [
    hit("household.empty", head=None),
    miss("household.empty"),
    null("household.empty", survey=False, head={"facts": False}),
    hit("household.no_head", head=None, people=[grown_up(30)]),
    miss("household.no_head"),
    miss("household.no_head", head=None),
    null("household.no_head", survey=False, head={"facts": False}),
    # Counted at the period's end, 30 September: this one was still head then.
    hit("household.two_heads", people=[grown_up(70, relation="head", until=date(2018, 10, 1))]),
    miss("household.two_heads", people=[grown_up(70, relation="head", until=date(2018, 9, 30))]),
    null("household.two_heads", survey=False, head={"facts": False}),
    hit("household.two_spouses", people=[spouse(), spouse()]),
    miss("household.two_spouses", people=[spouse()]),
    null("household.two_spouses", survey=False, people=[spouse(facts=False)]),
    hit("household.spouse_of_same_sex", people=[spouse("male")]),
    miss("household.spouse_of_same_sex", people=[spouse()]),
    null("household.spouse_of_same_sex", people=[spouse("", identity=None)]),
    hit("household.many_members", people=[grown_up(20 + n) for n in range(6)]),
    miss("household.many_members", people=[grown_up(20 + n) for n in range(5)]),
    null("household.many_members", head=None),
    hit("household.phone_missing", household={"phone_hash": None}),
    miss("household.phone_missing"),
    miss("household.phone_missing", household={"phone_hash": None, "kind": "general_rural", "status": ""}),
    null("household.phone_missing", survey=False),
    hit("household.account_missing", household={"bank_account_hash": None}),
    hit("household.account_missing", household={"bank_name": ""}),
    miss("household.account_missing"),
    null("household.account_missing", household={"bank_name": "", "kind": "general_rural", "status": ""}),
    hit("household.account_shared", household={"bank_account_hash": ONE}),
    hit("household.account_shared", household={"bank_account_hash": ONE}),
    miss("household.account_shared", household={"bank_account_hash": TWO}),
    null("household.account_shared", household={"bank_account_hash": None}),
    null("household.account_shared", household={"bank_account_hash": None}),
]


def _cause(name, key, bad, good, unknown):
    """A reason as main and as other: hit, miss by the fact, miss by another reason, unknown."""
    main, other = {"main_cause": key}, {"other_causes": [key]}
    return [
        hit(f"reason.{name}", household=main, **bad),
        miss(f"reason.{name}", household=main, **good),
        miss(f"reason.{name}", household=other, **bad),
        miss(f"reason.{name}", household={**main, "kind": "general_rural", "status": ""}, **bad),
        null(f"reason.{name}", household=main, **unknown),
        hit(f"reason.other_{name}", household=other, **bad),
        miss(f"reason.other_{name}", household=other, **good),
        miss(f"reason.other_{name}", household=main, **bad),
        null(f"reason.other_{name}", household=other, **unknown),
    ]


REASONS = [
    hit("reason.missing", household={"main_cause": ""}),
    miss("reason.missing"),
    null("reason.missing", household={"main_cause": "", "kind": "general_rural", "status": ""}),
    hit("reason.repeated", household={"other_causes": ["skill", "skill"]}),
    miss("reason.repeated", household={"other_causes": ["skill", "land"]}),
    miss("reason.repeated", household={"other_causes": ["skill"]}),
    null("reason.repeated", household={"other_causes": []}),
    *_cause(
        "illness",
        "illness",
        {},
        {"people": [grown_up(60, **_SICK)]},
        {"people": [grown_up(60, **_UNKNOWN_HEALTH)]},
    ),
    *_cause(
        "disability",
        "disability",
        {"people": [grown_up(60, **_SICK)]},
        {"people": [grown_up(60, facts={"health_states": "chronic,disabled"})]},
        {"people": [grown_up(60, facts=False)]},
    ),
    *_cause(
        "schooling",
        "schooling",
        {"people": [child(4, facts={"school_status": "preschool"})]},
        {"people": [child(10)]},
        {"people": [child(10, facts={"school_status": ""})]},
    ),
    *_cause(
        "labour",
        "labour",
        {"people": workers(2)},
        {"people": workers(1)},
        {"people": workers(2, labour_skill="")},
    ),
]

_DIBAO, _TEKUN = {"poor_attribute": "allowance_poor"}, {"poor_attribute": "five_guarantees_poor"}
_ON_DIBAO = [grown_up(60, facts={"receives_dibao": True})]
ALLOWANCES = [
    hit("allowance.dibao_without_member", household=_DIBAO),
    miss(
        "allowance.dibao_without_member",
        household=_DIBAO,
        people=[grown_up(60, facts={"receives_dibao": True})],
    ),
    miss("allowance.dibao_without_member"),
    null(
        "allowance.dibao_without_member",
        household=_DIBAO,
        people=[grown_up(60, facts={"receives_dibao": None})],
    ),
    hit("allowance.dibao_small", household=_DIBAO, items={"transfer_allowance": "99.99"}),
    hit("allowance.dibao_small", household=_DIBAO, survey={"transfer_income": 0}),
    miss("allowance.dibao_small", household=_DIBAO, items={"transfer_allowance": "100"}),
    miss("allowance.dibao_small", items={"transfer_allowance": "50"}),
    null("allowance.dibao_small", household=_DIBAO),
    # 3,600 yuan is the line that test_truth enters; net is wages + 2,000, of one person.
    hit("allowance.below_line_without", survey={"wage_income": "1599.99"}),
    miss("allowance.below_line_without", survey={"wage_income": "1600"}),
    miss("allowance.below_line_without", survey={"wage_income": "0"}, people=_ON_DIBAO),
    miss("allowance.below_line_without", household=_TEKUN, survey={"wage_income": "0"}),
    miss(
        "allowance.below_line_without",
        survey={"wage_income": "0"},
        people=[grown_up(60, facts={"receives_tekun": True})],
    ),
    null("allowance.below_line_without", survey={"wage_income": None}),
    null(
        "allowance.below_line_without",
        survey={"wage_income": "0"},
        people=[grown_up(60, facts={"receives_dibao": None})],
    ),
    hit("allowance.dibao_over_line", people=_ON_DIBAO, items={"transfer_allowance": "3600.01"}),
    miss("allowance.dibao_over_line", people=_ON_DIBAO, items={"transfer_allowance": "3600"}),
    miss("allowance.dibao_over_line", people=_ON_DIBAO * 2, items={"transfer_allowance": "7200"}),
    miss("allowance.dibao_over_line", items={"transfer_allowance": "5000"}),
    miss(
        "allowance.dibao_over_line",
        people=[grown_up(60, facts={"receives_dibao": True, "dibao_kind": "urban"})],
        items={"transfer_allowance": "5000"},
    ),
    null(
        "allowance.dibao_over_line",
        people=[*_ON_DIBAO, grown_up(60, facts={"receives_dibao": None})],
        items={"transfer_allowance": "5000"},
    ),
    hit("allowance.destitute_without_money", household=_TEKUN, items={"transfer_destitute": "0"}),
    hit("allowance.destitute_without_money", household=_TEKUN, survey={"transfer_income": 0}),
    miss("allowance.destitute_without_money", household=_TEKUN, items={"transfer_destitute": "1"}),
    null("allowance.destitute_without_money", household=_TEKUN),
    null("allowance.destitute_without_money", household=_TEKUN, survey={"transfer_income": None}),
    hit("allowance.both_moneys", items={"transfer_allowance": "300", "transfer_destitute": "200"}),
    miss("allowance.both_moneys", items={"transfer_allowance": "300", "transfer_destitute": "0"}),
    null("allowance.both_moneys", items={"transfer_allowance": "300"}),
    hit(
        "allowance.destitute_with_worker",
        household=_TEKUN,
        people=[grown_up(59, birth_date=date(1958, 10, 1))],
    ),
    miss(
        "allowance.destitute_with_worker",
        household=_TEKUN,
        head={"birth_date": date(1958, 9, 30)},
        people=[grown_up(40, facts={"labour_skill": "none"})],
    ),
    null("allowance.destitute_with_worker", household=_TEKUN, head={"facts": {"labour_skill": ""}}),
    hit("allowance.general_with_dibao", items={"transfer_allowance": "300"}),
    miss("allowance.general_with_dibao", household=_DIBAO, items={"transfer_allowance": "300"}),
    miss("allowance.general_with_dibao", items={"transfer_allowance": "0"}),
    null("allowance.general_with_dibao"),
    null(
        "allowance.general_with_dibao", household={"poor_attribute": ""}, items={"transfer_allowance": "300"}
    ),
]

_IDLE = {"facts": {"work_months": 0, "work_place": ""}}
WORK = [
    hit("work.wage_without_months", head=_IDLE),
    miss("work.wage_without_months"),
    miss("work.wage_without_months", head=_IDLE, survey={"wage_income": 0}),
    miss(
        "work.wage_without_months",
        head={
            "facts": {
                "work_months": 0,
                "work_place": "",
                "public_post_type": "cleaner",
                "public_post_months": 6,
            }
        },
    ),
    # At a post by its kind alone: that its months are missing is a finding of its own.
    miss(
        "work.wage_without_months",
        head={"facts": {"work_months": 0, "work_place": "", "public_post_type": "cleaner"}},
    ),
    null("work.wage_without_months", head=_IDLE, survey={"wage_income": None}),
    null("work.wage_without_months", head={"facts": {"work_months": None, "work_place": ""}}),
    hit("work.months_without_wage", survey={"wage_income": 0}),
    miss("work.months_without_wage", survey={"wage_income": 1}),
    miss("work.months_without_wage", survey={"wage_income": 0}, head=_IDLE),
    null("work.months_without_wage", survey={"wage_income": None}),
    hit("work.wage_small", survey={"wage_income": "99.99"}),
    miss("work.wage_small", survey={"wage_income": 100}),
    miss("work.wage_small", survey={"wage_income": 0}),
    null("work.wage_small", survey={"wage_income": None}),
]

_OLD = [grown_up(60, birth_date=date(1958, 9, 30))]
_NEARLY = [grown_up(59, birth_date=date(1958, 10, 1))]
PENSION = [
    hit("pension.missing", people=_OLD, survey={"transfer_income": 0}),
    hit("pension.missing", people=_OLD, items={"transfer_pension": 0}),
    miss("pension.missing", people=_NEARLY, survey={"transfer_income": 0}),
    miss("pension.missing", people=_OLD, items={"transfer_pension": 1200}),
    null("pension.missing", people=_OLD),
    hit("pension.nobody_old", people=_NEARLY, items={"transfer_pension": 1200}),
    miss("pension.nobody_old", people=_OLD, items={"transfer_pension": 1200}),
    miss("pension.nobody_old", people=_NEARLY, items={"transfer_pension": 0}),
    null(
        "pension.nobody_old",
        people=[grown_up(59, birth_date=None, identity=None)],
        items={"transfer_pension": 1200},
    ),
    null("pension.nobody_old"),
    hit("pension.small", items={"transfer_pension": "69.99"}),
    miss("pension.small", items={"transfer_pension": "70"}),
    miss("pension.small", items={"transfer_pension": "0"}),
    null("pension.small"),
]


def _limit(code, field, above, within):
    return [
        hit(code, survey={field: above}),
        miss(code, survey={field: within}),
        null(code, survey={field: None}),
    ]


LAND = [
    *_limit("land.cultivated", "cultivated_land", "10", "9.99"),
    *_limit("land.cultivated_per_head", "cultivated_land", "50.01", "50"),
    miss("land.cultivated_per_head", survey={"cultivated_land": "60"}, people=[grown_up(30)]),
    *_limit("land.forest", "forest_land", "50", "49.99"),
    *_limit("land.forest_per_head", "forest_land", "70.01", "70"),
    *_limit("land.water_surface", "water_surface", "50", "49.99"),
    *_limit("land.pasture", "pasture_land", "50", "49.99"),
    *_limit("land.orchard", "orchard_land", "50", "49.99"),
    *_limit("road.far", "road_distance_km", "2.01", "2"),
    *_limit("road.too_far", "road_distance_km", "50.01", "50"),
    *_limit("housing.large", "house_area", "500.01", "500"),
    *_limit("housing.small", "house_area", "9.99", "10"),
    hit("housing.safe_but_grade_dangerous", survey={"is_dangerous_house": False, "dangerous_grade": "c"}),
    miss("housing.safe_but_grade_dangerous", survey={"is_dangerous_house": True, "dangerous_grade": "c"}),
    miss(
        "housing.safe_but_grade_dangerous",
        survey={
            "is_dangerous_house": False,
            "dangerous_grade": "d",
            "housing_safety": "renovated",
            "housing_document": "验收单",
        },
    ),
    null("housing.safe_but_grade_dangerous", survey={"is_dangerous_house": None, "dangerous_grade": "c"}),
    null("housing.safe_but_grade_dangerous", survey={"is_dangerous_house": False, "dangerous_grade": ""}),
    hit("housing.dangerous_but_grade_safe", survey={"is_dangerous_house": True, "dangerous_grade": "a"}),
    miss("housing.dangerous_but_grade_safe", survey={"is_dangerous_house": True, "dangerous_grade": "d"}),
    null("housing.dangerous_but_grade_safe", survey={"is_dangerous_house": None, "dangerous_grade": "a"}),
]


def _stated(text):
    return {"sources": {"production_expense": {"source": "import", "stated": text}}}


def _items(group, field, item):
    return [
        hit(f"income.items_of_{group}", survey={field: "1000"}, items={item: "1000.02"}),
        hit(f"income.items_of_{group}", survey={field: "1000"}, items={item: "999.98"}),
        miss(f"income.items_of_{group}", survey={field: "1000"}, items={item: "1000.01"}),
        null(f"income.items_of_{group}", survey={field: None}, items={item: "1000"}),
        null(f"income.items_of_{group}", survey={field: "1000"}),
    ]


INCOME = [
    hit("production.no_expense", survey={"production_expense": 0}),
    miss("production.no_expense"),
    miss("production.no_expense", survey={"production_income": 0, "production_expense": 0}),
    null("production.no_expense", survey={"production_expense": None}),
    null("production.no_expense", survey={"production_income": None, "production_expense": 0}),
    hit("production.expense_differs", survey=_stated("1600.00")),
    miss("production.expense_differs", survey=_stated("1500.00")),
    miss("production.expense_differs", survey=_stated("1500.01")),
    null("production.expense_differs"),
    null("production.expense_differs", survey={**_stated("1600.00"), "production_expense": None}),
    hit("income.production_small", survey={"production_income": "99.99"}),
    miss("income.production_small", survey={"production_income": "100"}),
    miss("income.production_small", survey={"production_income": "0"}),
    null("income.production_small", survey={"production_income": None}),
    hit("income.property_small", survey={"property_income": "0.01"}),
    miss("income.property_small", survey={"property_income": "0"}),
    null("income.property_small", survey={"property_income": None}),
    *_items("wage", "wage_income", "wage_work"),
    *_items("production", "production_income", "production_planting"),
    *_items("property", "property_income", "property_land"),
    *_items("transfer", "transfer_income", "transfer_pension"),
    *_items("expense", "production_expense", "expense_planting"),
    # 1,200 of expense less 200 of subsidy is 1,000.
    miss(
        "income.items_of_expense",
        survey={"production_expense": "1000"},
        items={"expense_planting": "1200", "expense_subsidy": "200"},
    ),
    hit(
        "income.items_of_expense",
        survey={"production_expense": "1200"},
        items={"expense_planting": "1200", "expense_subsidy": "200"},
    ),
    # Net is wages + 2,000; one person.
    hit("income.not_positive", survey={"wage_income": 0, "production_expense": 3500}),
    miss("income.not_positive", survey={"wage_income": "0.01", "production_expense": 3500}),
    null("income.not_positive", survey={"wage_income": None, "production_expense": 3500}),
    hit("income.low", survey={"wage_income": 500, "production_expense": 3500}),
    miss("income.low", survey={"wage_income": "500.01", "production_expense": 3500}),
    miss("income.low", survey={"wage_income": 0, "production_expense": 3500}),
    null("income.low", survey={"wage_income": 500, "production_expense": None}),
    hit("income.high", survey={"wage_income": "28000.01"}),
    hit("income.high", survey={"wage_income": 98000}),
    miss("income.high", survey={"wage_income": 28000}),
    miss("income.high", survey={"wage_income": "98000.01"}),
    miss("income.high", survey={"wage_income": 30000}, people=[grown_up(30)]),
    null("income.high", survey={"wage_income": 50000, "property_income": None}),
    hit("income.beyond_limit", survey={"wage_income": "98000.01"}),
    miss("income.beyond_limit", survey={"wage_income": 98000}),
    null("income.beyond_limit", survey={"wage_income": 200000, "property_income": None}),
    hit("income.high_not_exited", survey={"wage_income": "18000.01"}),
    miss("income.high_not_exited", survey={"wage_income": 18000}),
    miss("income.high_not_exited", household=EXITED, survey={"wage_income": 50000}),
    null("income.high_not_exited", survey={"wage_income": 50000, "property_income": None}),
]


TABLES = {
    "household": HOUSEHOLD,
    "reasons": REASONS,
    "allowances": ALLOWANCES,
    "work": WORK,
    "pension": PENSION,
    "land": LAND,
    "income": INCOME,
}
