"""What is questioned, not refused: a form with questions is saved only after the person says it is so.

A form collects `form.questions: dict[field name, text]` in its clean(); `unanswered(form)` tells the view
whether to show it again. The answer is bound to the very questions, so a new question is asked anew.
"""

import hashlib

from django.core.exceptions import ValidationError

ANSWER = "questions_answered"


class Questioned(ValidationError):
    """What a service asks a program instead: nothing was written; sent again with a yes it is saved."""


def ask(form, field: str, text: str) -> None:
    """Question a field's value (e.g. 比上年增加 62%, 请核对); it stays and is saved after a yes."""
    form.questions = {**getattr(form, "questions", {}), field: text}


def digest(form) -> str:
    """A short name of the form's questions as they stand."""
    text = "\n".join(f"{name}:{asked}" for name, asked in sorted(getattr(form, "questions", {}).items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def unanswered(form) -> bool:
    """True when the form asks something that the person has not yet confirmed."""
    if not getattr(form, "questions", {}):
        return False
    return form.data.get(form.add_prefix(ANSWER)) != digest(form)
