"""A few corrections made in the ordinary way after the first run of 2018, so that runs and timelines show changes."""

from datetime import date

from households.demo.facts_plan import Plan
from households.demo.people_of_the_county import Home
from households.demo.staff import Staff
from households.models import Member, Survey
from households.services.member_surveys import save_member_survey
from households.services.surveys import save_survey

LATE = "演示数据：按当时纸质材料补录"
HOW_MANY = 3


def correct_some(homes: list[Home], plan: Plan, staff: Staff) -> None:
    """Insurance found after all, a house appraised, a visit made good: each save judges its household at once."""
    done: dict[str, int] = {}
    for home in homes:
        trouble = plan.in_2018.get(home.number, "")
        if home in plan.first or done.get(trouble, 0) >= HOW_MANY:
            continue
        clerk = staff.clerks[home.village]
        if trouble == "insurance_open":
            one = home.members[-1]
            save_member_survey(
                Member.objects.get(pk=one.pk),
                2018,
                {"resident_insurance": True, "employee_insurance": False},
                actor=clerk,
                happened_on=date(2018, 9, 27),
                source="bureau",
                late_reason=LATE,
            )
        elif trouble == "housing_open" and not done.get(trouble):
            save_survey(
                Survey.objects.get(household=home.pk, year=2018),
                {
                    "is_dangerous_house": False,
                    "dangerous_grade": "b",
                    "housing_safety": "graded",
                    "housing_document": "农村住房安全鉴定表（演示）",
                    "housing_document_date": date(2018, 9, 12),
                },
                actor=clerk,
                happened_on=date(2018, 9, 14),
                source="bureau",
                late_reason=LATE,
            )
        elif trouble == "unvisited":
            save_survey(
                Survey.objects.get(household=home.pk, year=2018),
                {"visited_on": date(2018, 9, 26), "food_ok": True, "clothing_ok": True},
                actor=clerk,
                happened_on=date(2018, 9, 26),
                source="visit",
                late_reason=LATE,
            )
        else:
            continue
        done[trouble] = done.get(trouble, 0) + 1
