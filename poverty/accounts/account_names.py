"""Account names: lower-case letters, digits and . _ -, at least three, never a person's number."""

import re
import unicodedata

from django.core.exceptions import ValidationError

_FORM = re.compile(r"[a-z][a-z0-9._-]{2,39}")
_MANY_DIGITS = re.compile(r"[0-9]{9,}")


def normalised(text: str) -> str:
    """What was typed, in the one form that is stored: half width, lower case, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def may_be_account_name(text: str) -> bool:
    """Whether a text has the form of an account name: then it is no number of a person."""
    name = normalised(text)
    return bool(_FORM.fullmatch(name)) and not _MANY_DIGITS.search(name)


def account_name(text: str) -> str:
    """The normalised account name. Raises ValidationError for "username".

    A phone or identity number is refused: the account name stands in the log and on screens.
    """
    name = normalised(text)
    if _MANY_DIGITS.search(name):
        raise ValidationError({"username": "账号不能用手机号或证件号码。"})
    if not _FORM.fullmatch(name):
        raise ValidationError(
            {"username": "账号用小写字母开头，可含数字和 . _ -，3 到 40 位，例如 zhang.wei。"}
        )
    return name
