"""Lists of applications: appraised by the village, posted, reported by the township, approved by the county, announced."""

from collections.abc import Iterable
from dataclasses import replace

from households.relocation.applications.services.ending import refuse
from households.relocation.applications.workflow import RELOCATION
from households.services import case_lists
from households.services.case_lists import Appraised
from households.services.decision import Decision
from households.services.sittings import Sitting
from poverty.review.services.meetings import Said

# The list on which a state is handled as a whole: state -> transition.
BY_LIST = {"appraised": "report", "reported": "approve", "approved": "announce"}
WHOM = "易地扶贫搬迁对象"


def appraise(
    village: str, said: Iterable[Said], sitting: Sitting, *, contact: str = "", **decided
) -> Appraised:
    """Enter a village's appraisal of applications: agreed they form a list, the others are refused with the meeting's word.

    `contact`: where who was not agreed may object, needed as soon as there is one. `decided`: actor, decided_by,
    decided_by_name. All or nothing. Raises what case_lists.appraise raises (register.propose).
    """

    def refused(against, decision: Decision) -> None:
        for case, reason in against:
            refuse(case, contact, replace(decision, comment=reason))

    return case_lists.appraise(
        RELOCATION, village, said, sitting, of_whom=lambda cases: WHOM, refuse=refused, **decided
    )


def pass_on(name: str, ids: Iterable[int], decision: Decision) -> int:
    """Pass applications on as one list: "report" by the township, "approve" by the county, "announce" once the
    announcement hangs. Returns how many; all or none. Raises what case_lists.pass_on raises.
    """
    if name not in BY_LIST.values():
        raise ValueError(f"{name} is not a list's step.")
    return case_lists.pass_on(RELOCATION, name, ids, decision)
