"""Whether the stored results still rest on the standards and dated rules that count today."""

from households.models import AssessmentRun
from households.services.batches import batches, digest
from households.services.running import open_years


def outdated(county: str, year: int) -> str:
    """Why a county's results of a year need judging again, as a sentence; "" when they do not, or none is open.

    A changed parameter or standard changes what is saved from now on at once, and everything else with the next
    run: the night sees to it, or the button.
    """
    years = list(open_years(county, year))
    if not years:
        return ""
    last = AssessmentRun.objects.finished_over(county, year).first()
    if last is None:
        if not batches(county, year, years):
            return ""
        return f"{year}年度还没有全量判定过，已保存的户已随时判定。"
    if not last.basis:
        return ""
    if last.area_code != county:
        years = list(open_years(last.area_code, year))
    if digest(batches(last.area_code, year, years)) == last.basis:
        return ""
    return (
        "判定依据（退出标准或地方参数）在上次全量判定后有变化，需要重新判定；"
        "此后保存过的户已按新依据判定，其余的户在夜间例行判定时更新。"
    )
