"""What the log calls each action. Every app registers its own when it is ready."""

_LABELS: dict[str, str] = {}


def register(labels: dict[str, str]) -> None:
    """Add Chinese labels by action code: {"household.survey.save": "保存年度信息"}.

    Raises ValueError when a code already has another label.
    """
    for code, label in labels.items():
        if _LABELS.setdefault(code, label) != label:
            raise ValueError(f"Action {code} is already called {_LABELS[code]}.")


def label(code: str) -> str:
    """Return the label of an action; an action that nobody registered is shown by its code."""
    return _LABELS.get(code, code)


def is_registered(code: str) -> bool:
    """Say whether the action has a label."""
    return code in _LABELS


def choices(prefix: str = "") -> list[tuple[str, str]]:
    """Return (code, label) of the registered actions that begin with `prefix`, sorted by code."""
    return sorted((code, text) for code, text in _LABELS.items() if code.startswith(prefix))
