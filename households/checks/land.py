"""Land, distance and floor space out of the usual (forms.md 8, Area), and housing that contradicts itself.

Irrigated land beyond the cultivated is refused where it is typed.
"""

from django.db.models import F, Q

from households.checks.check import Severity, of_household
from households.options.dangerous_grades import DANGEROUS_GRADES
from households.options.housing_safety import HOUSING_SAFETY

WARNING, NOTICE = Severity.WARNING, Severity.NOTICE
_NOT_ENDED = ("", *HOUSING_SAFETY.keys_where(lambda kind: not kind.ends_danger))
_SAFE = DANGEROUS_GRADES.keys_where(lambda grade: grade.is_safe)
_DANGEROUS = DANGEROUS_GRADES.keys_where(lambda grade: not grade.is_safe)


def _from(code: str, message: str, field: str, parameter: str):
    return of_household(
        f"land.{code}",
        message,
        NOTICE,
        lambda terms: Q(**{f"facts__{field}__gte": terms[parameter]}),
        f"facts__{field}",
        parameters=(parameter,),
    )


def _per_head(code: str, message: str, field: str, parameter: str):
    return of_household(
        f"land.{code}",
        message,
        WARNING,
        lambda terms: Q(persons__gt=0, **{f"facts__{field}__gt": F("persons") * terms[parameter]}),
        f"facts__{field} persons",
        parameters=(parameter,),
    )


def _above(code: str, message: str, severity, field: str, parameter: str, **rest):
    return of_household(
        code,
        message,
        severity,
        lambda terms: Q(**{f"facts__{field}__gt": terms[parameter]}),
        f"facts__{field}",
        parameters=(parameter,),
        **rest,
    )


CHECKS = (
    _from("cultivated", "耕地面积偏大。", "cultivated_land", "check.cultivated_land"),
    _per_head(
        "cultivated_per_head", "人均耕地面积异常。", "cultivated_land", "check.cultivated_land_per_head"
    ),
    _from("forest", "林地面积偏大。", "forest_land", "check.forest_land"),
    _per_head("forest_per_head", "人均林地面积异常。", "forest_land", "check.forest_land_per_head"),
    _from("water_surface", "水面面积偏大。", "water_surface", "check.water_surface"),
    _from("pasture", "牧草地面积偏大。", "pasture_land", "check.pasture_land"),
    _from("orchard", "林果面积偏大。", "orchard_land", "check.orchard_land"),
    _above("road.far", "与村主干路距离偏远。", NOTICE, "road_distance_km", "check.road_distance"),
    _above(
        "road.too_far",
        "与村主干路距离异常，疑为单位填错。",
        WARNING,
        "road_distance_km",
        "check.road_distance_limit",
    ),
    _above("housing.large", "住房面积偏大。", WARNING, "house_area", "check.house_area", sector="housing"),
    of_household(
        "housing.small",
        "住房面积偏小。",
        WARNING,
        lambda terms: Q(facts__house_area__lt=terms["housing.minimum_area"]),
        "facts__house_area",
        parameters=("housing.minimum_area",),
        sector="housing",
    ),
    of_household(
        "housing.safe_but_grade_dangerous",
        "登记为非危房户，鉴定等级却是C级或D级。",
        WARNING,
        # Rebuilt or provided for, a house keeps the grade it once had.
        Q(
            facts__is_dangerous_house=False,
            facts__dangerous_grade__in=_DANGEROUS,
            facts__housing_safety__in=_NOT_ENDED,
        ),
        "facts__is_dangerous_house facts__dangerous_grade facts__housing_safety",
        sector="housing",
    ),
    of_household(
        "housing.dangerous_but_grade_safe",
        "登记为危房户，鉴定等级却是A级或B级。",
        WARNING,
        Q(
            facts__is_dangerous_house=True,
            facts__dangerous_grade__in=_SAFE,
            facts__housing_safety__in=_NOT_ENDED,
        ),
        "facts__is_dangerous_house facts__dangerous_grade facts__housing_safety",
        sector="housing",
    ),
)
