"""Telephones on a page. Calling is daily work: who may call people of a place reads the number, without a word in the
log; everybody else sees the mask.
"""

from poverty.fields.sealed import Sealed

RIGHT = "phone.view"


def seen_phone(user, phone: Sealed | None, area_code: str, *, own: bool = False) -> str:
    """A telephone in full for who holds phone.view at the place, else its mask; "" where there is none.

    `own`: of a household that is his own as helper, for which `has_right_at` does not answer.
    """
    if phone is None:
        return ""
    return phone.reveal() if own or user.has_right_at(RIGHT, area_code) else phone.masked
