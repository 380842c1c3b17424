"""The duties of the whole country as they come with the system; a place enters its own from its own day on.

Sources: procedures.md 9 (S0, S4-2, W88, W89, W91), practice.md "Field work" for the frequency by status. A field county
starts where its own row starts: before it, and without any, these count from 2016.
"""

from datetime import date

from households.duties.models import Duty
from households.options import duty_acts as act
from households.options import duty_bearers as by
from households.options.poverty_status import EXITED, EXITED_CODE_4, NOT_EXITED, PRE_EXIT, RETURNED

FROM = date(2016, 1, 1)
_MONTHLY = "帮扶干部每月深入所联系的贫困户家中（通化市实施方案）"
_BY_STATUS = "按户的状态确定走访频次的各地做法（来自记忆）"
_UNIT = "帮扶单位每季度研究、主要负责人两月一次、班子每月一次到村（定点帮扶要求）"


def _duty(key, title, bearer, what, per, every, times=1, *, document, **more) -> Duty:
    return Duty(
        area_code="",
        key=key,
        title=title,
        bearer=bearer,
        act=what,
        per=per,
        every_months=every,
        times=times,
        valid_from=FROM,
        document=document,
        **more,
    )


NATIONAL = (
    _duty(
        "visit_poor",
        "走访未脱贫户和返贫户",
        by.HELPER,
        act.VISIT,
        "household",
        1,
        statuses=[NOT_EXITED, PRE_EXIT, RETURNED],
        document=_MONTHLY,
    ),
    _duty(
        "visit_watched",
        "走访监测对象（风险未消除）",
        by.HELPER,
        act.VISIT,
        "household",
        1,
        watched="yes",
        document=_BY_STATUS,
    ),
    _duty(
        "visit_exited",
        "走访脱贫户（无风险）",
        by.HELPER,
        act.VISIT,
        "household",
        3,
        statuses=[EXITED, EXITED_CODE_4],
        watched="no",
        document=_BY_STATUS,
    ),
    _duty(
        "call_second",
        "第二帮扶责任人联系户",
        by.SECOND_HELPER,
        act.CALL,
        "household",
        1,
        statuses=[NOT_EXITED, PRE_EXIT, RETURNED, EXITED, EXITED_CODE_4],
        document="双帮扶责任人：第二帮扶人每月电话联系",
    ),
    _duty("unit_study", "单位研究帮扶工作", by.UNIT, act.STUDY, "unit", 3, document=_UNIT),
    _duty(
        "joint_meeting",
        "单位与县、村对接",
        by.UNIT,
        act.MEETING,
        "unit",
        12,
        2,
        document="定点扶贫单位每年至少两次对接",
    ),
    _duty("head_village", "单位主要负责人到村", by.UNIT_HEAD, act.VILLAGE, "village", 2, document=_UNIT),
    _duty("team_village", "单位领导班子成员到村", by.UNIT_TEAM, act.VILLAGE, "village", 1, document=_UNIT),
    _duty(
        "presence",
        "驻村工作队员驻村",
        by.RESIDENT_TEAM,
        act.PRESENCE,
        "village",
        1,
        20,
        document="驻村工作队每月驻村不少于20天",
    ),
)
BY_KEY = {one.key: one for one in NATIONAL}
