"""What applications to move tell the apps above them: words for the log, whose files, papers, the sheet on the wall."""

from households.demo import chapters
from households.disclosure import whole_to
from households.models import Household, RelocationApplication
from households.paper_rules import RELOCATION_RULES
from households.relocation.applications.conditions import CASE
from households.relocation.applications.demo import tell_of_applications
from households.relocation.applications.workflow import RELOCATION
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind
from poverty.review.paper_rules import register as register_papers

State = RelocationApplication.State

register_case_type(CASE, "搬迁申请", "households:move")
register_papers(RELOCATION_RULES)
register_actions(
    {
        "households.relocation.amend": "更正搬迁申请",
        "households.relocation.apply": "申请搬迁",
        "households.relocation.clear_old_house": "登记旧房拆除",
        "households.relocation.end_with_household": "搬迁申请随户终止",
        "households.relocation.move_in": "登记搬迁入住",
        "households.relocation.refuse": "不予批准搬迁",
        "households.relocation.revoke_move_in": "撤销搬迁入住",
        "households.relocation.return": "退回搬迁申请",
        "households.relocation.take_back": "撤回搬迁申请",
        "households.relocation.tell": "告知不予批准",
        **{f"{RELOCATION.case_type}.{one.name}": one.label for one in RELOCATION.transitions},
    }
)


def _rows(user):
    # A scanned application tells everything at once: whoever sees a household by his sector only opens none.
    seen = Household.objects.visible_to(user, "file.view").filter(whole_to(user))
    return RelocationApplication.objects.filter(household__in=seen.values("pk"))


def _papers_wanted(user):
    rows = _rows(user)
    mine = rows.visible_to(user, "register.propose") | rows.visible_to(user, "register.confirm")
    return mine.standing().exclude(state=RelocationApplication.State.CLEARED)


def _in(*states: str):
    return lambda rows: rows.filter(state__in=states)


cases.register(
    CASE,
    rows=_rows,
    attachable=_papers_wanted,
    roles={
        # What was decided on stays as it was signed; a return opens it again.
        "application": cases.Role("搬迁申请书", Kind.SCAN, among=_in(State.APPLIED)),
        "promise": cases.Role("拆旧复垦承诺书", Kind.SCAN, among=_in(State.APPLIED)),
        "moved_in": cases.Role("入住确认单", Kind.SCAN, among=_in(State.ANNOUNCED, State.MOVED)),
        "cleared": cases.Role("旧房拆除复垦照片", Kind.PHOTO, among=_in(State.MOVED)),
    },
)
chapters.register(tell_of_applications)
