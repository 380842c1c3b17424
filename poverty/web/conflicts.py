"""What a merge of three versions could not settle, for callers that answer with data rather than a page."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError


class MergeConflict(ValidationError):
    """Somebody else changed the same fields meanwhile; nothing was written.

    `conflicts`: field -> {"base", "mine", "theirs"}: what the sender saw, what he sent, what stands there
    now.
    """

    def __init__(self, conflicts: Mapping[str, Mapping[str, Any]]):
        super().__init__(
            f"有 {len(conflicts)} 项别人在您填写期间也改了，请逐项核对后重新提交。", code="conflict"
        )
        self.conflicts = {name: dict(values) for name, values in conflicts.items()}
