"""What can go wrong when a transition is fired."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model


class ChangedMeanwhile(ValidationError):
    """Somebody else moved the case on between reading and firing. Nothing was written."""

    def __init__(self, state_label: str):
        super().__init__(
            f"该事项刚刚被他人处理，当前状态为“{state_label}”，请刷新后再办。", code="changed_meanwhile"
        )


class NotAllOfThem(ValidationError):
    """Some of a list could not be moved on, so none was.

    `refused` maps primary keys to reasons (at most `LISTED`), `ids` are all of them, `model` says whose keys they are:
    pages name the cases that the user sees and offer the others again.
    """

    LISTED = 100

    def __init__(self, refused: dict[int, str], total: int, model: type[Model] | None = None):
        self.refused = dict(list(refused.items())[: self.LISTED])
        self.ids = frozenset(refused)
        self.model = model
        self.total = total
        reasons = list(dict.fromkeys(self.refused.values()))
        text = "；".join(reason.rstrip("。") for reason in reasons[:3])
        more = "等" if len(reasons) > 3 else ""
        super().__init__(f"有 {total} 项不能办理，本次全部未办理：{text}{more}。", code="not_all")


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the constraint or guard that raised a database error, or ""."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
