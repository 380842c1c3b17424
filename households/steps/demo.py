"""工作步骤 of the demo county: a method whose steps are only examples (no paper names them), noted of most households."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from households.demo.county_figures import COUNTY
from households.demo.staff import SECOND_REVIEWER
from households.models import Household, StepDone, StepMethod
from households.options.kinds import GENERAL_RURAL
from households.steps.services import set_method
from poverty.accounts.models import User
from poverty.audit.services import record_select
from poverty.sql.prefix import within

YEAR, FROM, DAYS = 2018, date(2018, 2, 5), 40  # one step every so many days
LABELS = tuple(f"示例步骤{number}" for number in "一二三四五六七")


@transaction.atomic
def tell_of_steps() -> str:
    """Define the example and note how far households are; twice does nothing."""
    if StepMethod.objects.exists():
        return "工作步骤已在，没有再载入。"
    actor = User.objects.get(username=SECOND_REVIEWER)
    method = set_method(
        COUNTY,
        year_from=YEAR,
        name="七步法（演示示例）",
        labels=LABELS,
        document="演示数据，步骤不是文件规定的",
        actor=actor,
    )
    homes = Household.objects.on_register().filter(within("area_id", [COUNTY])).exclude(kind=GENERAL_RURAL)
    rows = []
    for number, pk in enumerate(homes.order_by("area_id", "pk").values_list("pk", flat=True)):
        for place, key in enumerate(method.keys[: (number * 5) % (len(LABELS) + 1)]):
            day = FROM + timedelta(days=place * DAYS + number % DAYS)
            rows.append(StepDone(household_id=pk, method=method, step=key, done_on=day, recorded_by=actor))
    StepDone.objects.bulk_create(rows)
    record_select(
        "households.step.note",
        StepDone.objects.all(),
        actor=actor,
        case_type="households.household",
        case_id=F("household_id"),
        area_code=F("household__area_id"),
        summary="登记步骤完成（演示）",
    )
    return f"工作步骤 {len(LABELS)} 步（示例），登记 {len(rows)} 户次"
