"""What makes a visit one that cannot be kept as it is: said by field, and the phone keeps it until it is put right."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils import timezone

from households.options.visits import HOME
from households.visits.blocks import NOTE, own_questions
from households.visits.models import VisitTemplate
from households.visits.sent import Sent
from poverty.parameters.services import value_for

FROM_A_PHONE = "手机填写，联网后送到"
_YEARS_BEFORE = (
    1  # a year's accounting period may begin in the year before; after it the year waits until it is closed
)
_CLOCK_OFF = timedelta(days=1)
# A phone whose clock was lost starts anew at 1970 or 2000; beyond this no phone tells a time.
_CLOCKS = range(1970, 2101)

# What the faults of a visit are named by -> the field of a page, where that differs.
PAGE_FIELDS = {"promise.on": "next_on", "signature.name": "signer_name", "signature.reason": "refusal_reason"}

Errors = dict[str, list[str]]


class Days:
    """How many days after it was made a visit is late, looked up once per county."""

    def __init__(self):
        self.today = timezone.localdate()
        self._days: dict[str, int] = {}

    def late_before(self, area_code: str) -> date:
        """What was made before this day is entered late (review.late_entry_days)."""
        county = area_code[:6]
        if county not in self._days:
            self._days[county] = value_for("review.late_entry_days", area_code, self.today)
        return self.today - timedelta(days=self._days[county])


def shape_faults(sent: Sent, template: VisitTemplate | None, today: date) -> Errors:
    """What is wrong with a visit by itself."""
    errors: Errors = {}
    if template is None:
        errors["template"] = ["没有这个走访模板，请重新下载我的户。"]
    else:
        errors |= _answer_faults(sent.answers, template)
    if sent.happened_on > today:
        errors["happened_on"] = ["走访日期在今天之后，请核对手机的日期。"]
    if sent.happened_on.year < sent.year - _YEARS_BEFORE:
        errors["year"] = [f"{sent.happened_on} 的走访不属于{sent.year}年度，请核对日期或年度。"]
    if sent.started_at and sent.ended_at and sent.ended_at < sent.started_at:
        errors["ended_at"] = ["结束时间不能早于开始时间。"]
    errors |= _clock_faults(sent)
    if sent.way != HOME and not sent.whole_away:
        errors["way"] = ["整户外出的才能电话或视频走访，其他户须入户。"]
    if sent.next_on and sent.next_on < sent.happened_on:
        errors["promise.on"] = ["下次走访日期不能早于这次走访。"]
    if sent.signed and not sent.signer_name.strip():
        errors["signature.name"] = ["签字的请填签字人。"]
    if sent.signed is False and not sent.refusal_reason.strip():
        errors["signature.reason"] = ["没有签字的请填原因。"]
    if (sent.latitude is None) != (sent.longitude is None):
        errors["position"] = ["经纬度只填了一半。"]
    elif sent.latitude is not None and sent.position_reason.strip():
        errors["position"] = ["有定位的不写没有定位的原因。"]
    for name, keys in (
        ("facts", [(one.member, one.field) for one in sent.facts]),
        ("photos", [one.identity for one in sent.photos]),
        ("needs", [one.identity for one in sent.needs]),
    ):
        if len(set(keys)) < len(keys):
            errors[name] = ["同一项出现了两次。"]
    return errors


def _clock_faults(sent: Sent) -> Errors:
    """Times that no phone tells: photos are compared with them, and none may be beyond what a day can be counted from."""
    told = {
        "started_at": [sent.started_at],
        "ended_at": [sent.ended_at],
        "sent_at": [sent.sent_at],
        "photos": [one.taken_at for one in sent.photos],
    }
    return {
        name: ["时间不对，请核对手机的日期和时间。"]
        for name, times in told.items()
        if any(one is not None and one.year not in _CLOCKS for one in times)
    }


def late_faults(sent: Sent, late_before: date) -> Errors:
    """A visit entered long after it was made says why. One that a phone wrote down on the spot was not entered late:
    it only came late.
    """
    if sent.happened_on >= late_before or sent.late_reason.strip() or written_on_the_spot(sent):
        return {}
    return {"late_reason": [f"{sent.happened_on} 的走访今天才录入，属于补录，请填写补录原因。"]}


def written_on_the_spot(sent: Sent) -> bool:
    """Whether the phone's clock says that it was written down on the day of the visit."""
    if sent.started_at is None:
        return False
    return abs(timezone.localtime(sent.started_at).date() - sent.happened_on) < _CLOCK_OFF


def late_reason_of(sent: Sent) -> str:
    """The reason that the year's facts bear when they come late."""
    return sent.late_reason.strip() or (FROM_A_PHONE if written_on_the_spot(sent) else "")


def _answer_faults(answers: Mapping, template: VisitTemplate) -> Errors:
    known: Iterable[str] = [one["key"] for one in own_questions(template.blocks)]
    allowed = {*known, *(f"{key}{NOTE}" for key in known)}
    if unknown := sorted(set(answers) - allowed):
        return {"answers": [f"走访模板没有问“{'、'.join(unknown)[:60]}”。"]}
    return {}
