"""The steps of an exit in the order people take them: what waits in a state, for whom, and on which page it is done."""

from dataclasses import dataclass

from households.options import exit_options as state


@dataclass(frozen=True)
class Step:
    """What is to be done with a case in `state`: the word for it, whose right it takes, the page of a list for it.

    `page` "": done from the page of the village; `who`: for those who cannot do it.
    """

    state: str
    label: str
    right: str
    who: str
    page: str = ""


STEPS = (
    Step(state.PLANNED, "部门比对、测算", "register.propose", "村"),
    Step(state.PREPARED, "民主评议", "register.propose", "村", "exit-appraise"),
    Step(state.APPRAISED, "村级核实", "register.propose", "村“两委”和驻村工作队", "exit-verify"),
    Step(state.VERIFIED, "农户签字", "register.propose", "村", "exit-sign"),
    Step(state.REFUSED, "联合核查", "register.confirm", "乡镇"),
    Step(state.JOINT_CHECKED, "农户再次签字", "register.propose", "村", "exit-sign"),
    Step(state.AGREED, "第一次公示、乡镇核查", "register.confirm", "乡镇", "exit-check"),
    Step(state.CHECKED, "第二次公示、县级审核", "register.decide", "县扶贫办", "exit-review"),
    Step(state.REVIEWED, "领导小组审定", "register.decide", "县扶贫办", "exit-decide"),
    Step(state.APPROVED, "公告", "register.decide", "县扶贫办", "exit-announce"),
    Step(state.ANNOUNCED, "备案", "register.decide", "县扶贫办", "exit-file"),
    Step(state.FILED, "系统标注", "register.decide", "县扶贫办", "exit-mark"),
)
BY_STATE = {one.state: one for one in STEPS}

# How the way is drawn on the page of a case: the state that each station ends with, and its word.
STATIONS = (
    (state.PLANNED, "预退出"),
    (state.PREPARED, "测算比对"),
    (state.APPRAISED, "民主评议"),
    (state.VERIFIED, "村级核实"),
    (state.AGREED, "农户认可"),
    (state.CHECKED, "乡镇核查"),
    (state.REVIEWED, "县级审核"),
    (state.APPROVED, "领导小组审定"),
    (state.ANNOUNCED, "公告"),
    (state.FILED, "备案"),
    (state.MARKED, "系统标注"),
)
_ORDER = {key: number for number, (key, _) in enumerate(STATIONS)} | {
    state.REFUSED: 3,
    state.JOINT_CHECKED: 3,
}


def stations_of(now: str, days: dict[str, object]) -> list[tuple[str, str, object]]:
    """(word, done|now|open, day on paper) of each station for a case in state `now`; `days` by state reached."""
    reached = _ORDER.get(now, -1)
    return [
        (
            label,
            "done" if number < reached else "now" if number == reached else "open",
            days.get(key) if number <= reached else None,
        )
        for number, (key, label) in enumerate(STATIONS)
    ]
