"""An objection by whoever reads a notice, without account (procedures.md 10: anyone may object)."""

from django.core.exceptions import ValidationError

from poverty.accounts.services.throttle import charge_use
from poverty.audit.context import without_address
from poverty.notices.listing import entry_numbered
from poverty.review.models import Notice, Objection
from poverty.review.services.objections import receive_objection

# Objections that cost no waiting, in a day. One address is often a whole village behind one mobile network.
FREE = {"address": 10, "notice": 30}


def object_from_outside(
    notice: Notice,
    *,
    text: str,
    number: int | None = None,
    about: str = "",
    name: str = "",
    phone: str = "",
    address: str | None = None,
) -> Objection:
    """Take in an objection to a running notice. `number`: of the household on the sheet; None: `about` says whom.

    Name and phone may be left out; the log keeps no address. Raises ValidationError by field; code "wait" when too
    many came from one address or to one notice.
    """
    entry = None
    if number is not None:
        entry = entry_numbered(notice, number)
        if entry is None:
            raise ValidationError(
                {"number": f"公示单上没有第 {number} 号。请核对序号；不知道序号就不填，写户主姓名。"}
            )
    elif not about.strip():
        raise ValidationError({"number": "请填公示单上的序号；不知道序号的，在下面写明是哪一户、什么事。"})
    refusal = charge_use("notices.objection", {"address": address or "", "notice": str(notice.pk)}, FREE)
    if refusal is not None:
        raise ValidationError(
            f"这段时间收到的异议较多，请等 {refusal.words}后再提交，或者打电话反映。您填的内容还在。",
            code="wait",
        )
    said = " ".join(part for part in (f"第{number}号" if number is not None else "", about.strip()) if part)
    with without_address():
        return receive_objection(
            notice,
            channel=Objection.Channel.WEB,
            about=said[:60],
            text=text,
            case_id=entry.case_id if entry else None,
            name=name,
            phone=phone,
        )
