"""The registry of what files can belong to. Apps above register their cases when they are ready.

    cases.register(
        "households.household",
        rows=Household.objects.visible_to,
        attachable=lambda user: Household.objects.editable_by(user),
        roles={"house": Role("住房照片", Kind.PHOTO), "survey": Role("走访表扫描件", Kind.SCAN)},
    )

What a case is called and where its page is stands in poverty.audit.naming.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from poverty.files.kinds import Kind


@dataclass(frozen=True)
class Role:
    """What a file can be to a case, and the kind of file that takes. `by_hand`: whether the upload form adds files in
    it and takes them back, where the case is attachable; else only the app's own services do. `among`: of attachable
    cases those that take this role now (None: all), e.g. a signed paper only until it was decided on.
    """

    label: str
    kind: Kind = Kind.DOCUMENT
    by_hand: bool = True
    among: Callable[[QuerySet], QuerySet] | None = None


@dataclass(frozen=True)
class Case:
    """A type of case. `rows(user)`: those whose files the user sees; `attachable(user)`: those to which the
    user may add files by the upload form (None: only the app's own services add files)."""

    case_type: str
    rows: Callable[..., QuerySet]
    attachable: Callable[..., QuerySet] | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)


_cases: dict[str, Case] = {}


def register(
    case_type: str,
    *,
    rows: Callable[..., QuerySet],
    attachable: Callable[..., QuerySet] | None = None,
    roles: Mapping[str, Role] | None = None,
) -> None:
    """Say who sees the files of a case type ("households.household"), and who may add some.

    Both take a user and return a queryset of the case's model, so that one document of a thousand
    households costs one query. `roles` names what a file can be to such a case. Registered twice, the last
    one counts.
    """
    _cases[case_type] = Case(case_type, rows, attachable, dict(roles or {}))


def any_role_label(role: str) -> str:
    """What a role is called, whichever case has it; an unknown one is shown by its key."""
    return next((one.roles[role].label for one in _cases.values() if role in one.roles), role)


def registered() -> list[Case]:
    """All registered case types."""
    return list(_cases.values())


def get(case_type: str) -> Case | None:
    """A registered case type, or None."""
    return _cases.get(case_type)


def role_label(case_type: str, role: str) -> str:
    """What a role is called; the bare role when it was not registered."""
    found = _cases.get(case_type)
    known = found.roles.get(role) if found else None
    return known.label if known else role
