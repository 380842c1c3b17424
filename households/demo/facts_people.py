"""What is known of each person of the demo county in a year: school, health, labour, work, insurance, allowances."""

from datetime import date
from random import Random

from households.demo.county_figures import SEED
from households.demo.people_of_the_county import Home, Person

YEAR_ENDS = {2017: date(2017, 9, 30), 2018: date(2018, 9, 30)}
_GRADES = {12: "grade_7", 13: "grade_8", 14: "grade_9"}
_DISEASES = ("高血压", "糖尿病", "冠心病", "腰椎间盘突出", "慢性支气管炎", "类风湿关节炎")
_SERIOUS = ("脑梗死后遗症", "尿毒症", "恶性肿瘤")
# Who leaves the household's work undone: so that troubles about income show in the months of work too.
_IDLE = ("low", "line", "unstable")


def school_age(one: Person, year: int) -> int:
    """Full years on 1 September of a year."""
    return one.age_on(date(year, 9, 1))


def school_status(one: Person, year: int, rng: Random) -> str:
    """Where a pupil or student is in a year by age; the same track in every year. "" when done with school."""
    age = school_age(one, year)
    academic = rng.random() < 0.55
    goes_on = rng.random() < 0.7
    if age <= 11:
        return "primary"
    if age in _GRADES:
        return _GRADES[age]
    if age <= 17:
        return f"{'high' if academic else 'vocational_secondary'}_{age - 14}"
    if school_age(one, 2017) < 18 and not (academic and goes_on):
        return ""  # to work after school
    return f"undergraduate_{age - 17}" if academic else (f"vocational_higher_{age - 17}" if age <= 20 else "")


def works(home: Home, one: Person, year: int, trouble: str) -> int:
    """Months of work away from the own fields in a year; 0 for most of the old and the ill."""
    rng = Random(f"{SEED} work {home.number} {one.identity[:14]}")
    age = one.age_on(YEAR_ENDS[year])
    strength = 0.86 if one.health == ["healthy"] else 0.4
    draw, months = rng.random(), rng.randint(6, 11)
    if age < 18 or age >= 66 or is_student(one, year) or labour(one, year) in ("none", "lost"):
        return 0
    if trouble in _IDLE:
        return 0 if draw < 0.6 else 2
    if age >= 60:
        strength *= 0.3
    return months if draw < strength else 0


def is_student(one: Person, year: int) -> bool:
    """Whether somebody is at a school in a year by age; what went wrong in 2018 is not asked here."""
    return one.make == "pupil" and bool(school_status(one, year, _school_rng(one)))


def labour(one: Person, year: int) -> str:
    """A key of LABOUR_SKILLS by age and health."""
    age = one.age_on(YEAR_ENDS[year])
    if age < 16 or is_student(one, year):
        return "none"
    if age >= 75 or (age >= 60 and "serious" in one.health):
        return "none"
    if "serious" in one.health or one.disability in ("intellectual", "mental", "sight"):
        return "lost"
    if age >= 62 or one.health != ["healthy"]:
        return "weak"
    return "skilled" if Random(f"{SEED} skill {one.identity[:14]}").random() < 0.12 else "ordinary"


def has_post(home: Home, one: Person, year: int) -> bool:
    """Whether somebody holds a post that the village pays (护林员, 保洁员)."""
    able = labour(one, year) in ("weak", "ordinary") and one.age_on(YEAR_ENDS[year]) < 68
    return able and Random(f"{SEED} post {one.identity[:14]}").random() < 0.13


def facts_of(home: Home, one: Person, year: int, trouble: str) -> dict:
    """Fields of MemberSurvey for a person and year."""
    age = one.age_on(YEAR_ENDS[year])
    rng = Random(f"{SEED} person {one.identity[:14]}")
    months = works(home, one, year, trouble)
    post = has_post(home, one, year) and not months and trouble not in _IDLE
    formal = months >= 10 and rng.random() < 0.15
    facts = {
        "education_level": _education(one, year, rng),
        "school_status": "not_at_school",
        "health_states": ",".join(one.health),
        "disease_name": _disease(one, rng),
        "disability_kind": one.disability,
        "disability_card_year": rng.randint(2010, 2016) if one.disability else None,
        "labour_skill": labour(one, year),
        "work_months": months,
        "resident_insurance": not formal,
        "employee_insurance": formal,
        "serious_illness_insurance": True,
        "resident_pension": age >= 16 and not is_student(one, year) and not formal,
        "employee_pension": formal,
        "receives_dibao": home.allowance == "dibao",
        "dibao_kind": "rural" if home.allowance == "dibao" else "none",
        "receives_tekun": home.allowance == "tekun",
        "tekun_kind": "rural" if home.allowance == "tekun" else "none",
        "political_status": "party_member" if age > 50 and rng.random() < 0.06 else "masses",
        "speaks_mandarin": True,
        "is_relocated": False,
        "received_illness_aid": "serious" in one.health,
    }
    if months:
        place = rng.choice(("in_township", "in_county", "in_county", "in_province", "outside_province"))
        facts |= {
            "work_place": place,
            "work_area": _WHERE[place],
            "employment_channel": rng.choice(("self_arranged", "local_enterprise", "flexible")),
        }
    if post:
        facts |= {
            "public_post_type": rng.choice(("forest_ranger", "cleaner", "road_keeper")),
            "public_post_months": 12,
            "employment_channel": "public_post",
        }
    if one.make == "baby":
        facts |= {"school_status": "preschool_age", "education_level": ""}
    elif is_student(one, year):
        facts |= {"school_status": school_status(one, year, _school_rng(one)), "education_level": ""}
        facts["school_name"] = _school_name(facts["school_status"])
    return facts


_WHERE = {
    "in_township": "本乡镇",
    "in_county": "通化市二道江区",
    "in_province": "吉林省长春市",
    "outside_province": "辽宁省沈阳市",
}


def _school_rng(one: Person) -> Random:
    return Random(f"{SEED} school {one.identity[:14]}")


def _education(one: Person, year: int, rng: Random) -> str:
    if one.make == "pupil":
        return "senior_middle" if school_age(one, year) >= 18 else "primary"
    age = one.age_on(YEAR_ENDS[2018])
    draw = rng.random()
    if age >= 72:
        return "illiterate" if draw < 0.3 else "primary"
    if age >= 55:
        return "primary" if draw < 0.6 else "junior_middle"
    return "primary" if draw < 0.15 else "junior_middle" if draw < 0.86 else "senior_middle"


def _disease(one: Person, rng: Random) -> str:
    if "serious" in one.health:
        return rng.choice(_SERIOUS)
    return rng.choice(_DISEASES) if "chronic" in one.health else ""


def _school_name(status: str) -> str:
    if status == "primary":
        return "中心小学（演示）"
    if status.startswith("grade"):
        return "九年一贯制学校（演示）"
    if status.startswith("high"):
        return "高级中学（演示）"
    return "职业学校（演示）" if status.startswith("vocational_secondary") else "高等院校（演示）"


def troubled(facts: dict, home: Home, one: Person, year: int, trouble: str) -> dict:
    """The same facts with what is wrong in that year."""
    head = one is home.members[0]
    last = one is home.members[-1]
    if trouble == "uninsured" and last:
        facts |= {"resident_insurance": False, "employee_insurance": False}
    if trouble == "insurance_open" and last:
        facts |= {"resident_insurance": None, "employee_insurance": None}
    if trouble == "unvisited" and head and home.number % 2:
        facts |= {"resident_insurance": None, "employee_insurance": None}
    if trouble in ("unvisited", "unvisited_alone"):
        facts |= {"work_months": None}
    if year == 2018 and one.make == "pupil":
        facts |= _school_trouble(home, one, trouble)
    if trouble == "unstable":
        facts |= {"resident_pension": True}
    return facts


def _school_trouble(home: Home, one: Person, trouble: str) -> dict:
    age = one.age_on(date(2017, 9, 1))
    first = one is home.pupils[0]
    away = {"school_status": "not_at_school", "school_name": ""}
    if trouble == "dropout" and age in (12, 13):
        return away | {"dropout_reason": "weary", "education_level": "primary"}
    if trouble == "graduate_open" and age == 14:
        return away | {"education_level": "junior_middle"}
    if trouble == "school_open" and first:
        return {"school_status": "", "school_name": "", "education_level": ""}
    if trouble == "home_teaching" and age in (7, 8, 9):
        return away | {"school_exemption": "home_teaching", "education_level": "primary"}
    if trouble == "serving" and age == 18:
        return away | {
            "special_state": "active_service",
            "education_level": "senior_middle",
            "resident_insurance": False,
            "employee_insurance": False,
            "resident_pension": False,
        }
    return {}
