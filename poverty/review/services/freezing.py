"""Frozen copies of what a decision rested on: canonical JSON and its SHA-256 (architecture 8)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from poverty.review.models import FrozenCopy, Step


def canonical(content: Mapping[str, Any]) -> str:
    """The one text of a content: keys in order, no spaces, characters as they are, numbers as texts given by the
    caller (a float would say something else on another machine).
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(text: str) -> str:
    """The SHA-256 of a canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_copies(steps: QuerySet[Step], contents: Mapping[int, Mapping[str, Any]]) -> int:
    """Keep for each of these steps the content of its case; `contents` by case. Returns how many.

    Raises ValueError when a case has no content: a decision without its basis is none.
    """
    rows = []
    for step_id, case_id in steps.values_list("pk", "case_id"):
        if case_id not in contents:
            raise ValueError(f"Case {case_id} gave nothing to freeze.")
        text = canonical(contents[case_id])
        rows.append(FrozenCopy(step_id=step_id, content=text, sha256=sha256_of(text)))
    return len(FrozenCopy.objects.bulk_create(rows, batch_size=1_000))


def content_of(copy: FrozenCopy) -> dict[str, Any]:
    """What a copy says. ValueError when its text is not what was hashed."""
    if sha256_of(copy.content) != copy.sha256:
        raise ValueError("The copy is not what was frozen.")
    return json.loads(copy.content)


def damaged(copies: Iterable[FrozenCopy]) -> list[int]:
    """Steps whose copy is not what was hashed."""
    return [copy.step_id for copy in copies if sha256_of(copy.content) != copy.sha256]
