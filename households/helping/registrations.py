"""What helping tells the apps above: words for the log, whose files, which places."""

from households.demo import chapters
from households.disclosure import whole_to
from households.helping.demo import tell_of_helping
from households.helping.incoming.target import HELPERS
from households.models import Household, Responsibility
from poverty.areas import bearers
from poverty.audit.actions import register as register_actions
from poverty.audit.naming import register_case_type
from poverty.files import cases
from poverty.files.kinds import Kind
from poverty.ledgers.incoming.kinds import register as register_import_kind

register_import_kind(HELPERS)

register_case_type("households.responsibility", "责任书", "households:responsibility")
register_case_type("households.cadretraining", "干部培训", "households:cadre-training")
register_actions(
    {
        "households.responsibility.add": "登记责任书",
        "households.responsibility.sign": "登记签订",
        "households.responsibility.correct": "更正责任书",
        "households.responsibility.withdraw": "作废责任书",
        "households.cadretraining.add": "登记干部培训",
        "households.cadretraining.attend": "登记参训",
        "households.cadretraining.close": "完成参训登记",
    }
)


def _rows(user):
    """Papers of places, and those of households that the person sees whole."""
    whole = Household.objects.visible_to(user, "responsibility.view").filter(whole_to(user))
    rows = Responsibility.objects.visible_to(user)
    return rows.filter(household__isnull=True) | rows.filter(household__in=whole.values("pk"))


cases.register(
    "households.responsibility",
    rows=_rows,
    roles={"scan": cases.Role("责任书扫描件", Kind.SCAN)},
)

chapters.register(tell_of_helping)

bearers.exempt("households.responsibility", "area", "责任书保留签订时的区划代码；户的随户查看")
bearers.exempt("households.cadretraining", "area", "培训属于当时举办它的区划")
