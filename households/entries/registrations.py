"""What cases of identification and clearance tell the apps above: words for the log, whose files."""

from households.disclosure import whole_to
from households.entries.conditions import CASE
from households.entries.models import EntryCase
from households.entries.workflow import ENTRY
from households.models import Household
from households.paper_rules import ENTRY_RULES
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind
from poverty.review.paper_rules import register as register_papers

register_case_type(CASE, "识别和清退", "households:entry")
register_papers(ENTRY_RULES)
register_actions(
    {
        "households.entry.apply": "申请识别或清退",
        "households.entry.authorise": "登记授权核对",
        "households.entry.compare": "登记信息比对",
        "households.entry.deliver": "送达告知书",
        "households.entry.identify": "识别入册",
        "households.entry.refuse": "不予通过",
        "households.entry.return": "退回申请",
        "households.entry.return_to_poverty": "返贫入册",
        "households.entry.withdraw": "撤回申请",
        **{f"{ENTRY.case_type}.{one.name}": one.label for one in ENTRY.transitions},
    }
)


def _rows(user):
    # A scanned application tells everything at once: whoever sees a household by his sector only opens none.
    seen = Household.objects.visible_to(user, "file.view").filter(whole_to(user))
    return EntryCase.objects.filter(household__in=seen.values("pk"))


def _papers_wanted(user):
    return _rows(user).visible_to(user, "register.propose").open()


cases.register(
    CASE,
    rows=_rows,
    attachable=_papers_wanted,
    roles={
        "application": cases.Role("申请书扫描件", Kind.SCAN),
        "authorisation": cases.Role("授权书扫描件", Kind.SCAN),
        "receipt": cases.Role("告知书签收单", Kind.SCAN),
    },
)
