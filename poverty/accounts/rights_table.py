"""docs/rights.md, written from the code: role x right and address x role. A test compares the two."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from poverty.accounts.rights import ALL, ROLE_RIGHTS
from poverty.accounts.roles import Role
from poverty.web.rights import PUBLIC, SIGNED_IN, rights_of

PATH = settings.BASE_DIR / "docs" / "rights.md"

_INTRO = """\
# Rights

Written by `manage.py rights_table`; a test fails when it is not up to date. What a role may do stands in
`poverty/accounts/rights.py`, where it holds comes from dated postings (`poverty/accounts/scope.py`).
A right given by a posting holds for the area of that posting and what lies below it; a helper (帮扶责任人)
holds his case rights for the households paired with him. Outside: 404. Without the right: 403.
"""


def addresses() -> list[tuple[str, str, tuple[str, ...] | None]]:
    """(address pattern, view name, rights) of every URL of the project, sorted; None: declares nothing."""
    rows = [
        (pattern, name, rights_of(entry.callback))
        for pattern, name, entry in walk(get_resolver().url_patterns)
    ]
    return sorted(rows, key=lambda row: (row[0], row[1]))


def walk(patterns, prefix="", namespace="") -> Iterator[tuple[str, str, URLPattern]]:
    """Every URLPattern below `patterns` with its full pattern text and view name (namespace included)."""
    for entry in patterns:
        text = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, text, inner)
        else:
            yield text, f"{namespace}{entry.name or ''}", entry


def render() -> str:
    """The whole document."""
    roles = list(Role)
    head = " | ".join(role.label for role in roles)
    rule = " | ".join("---" for _ in roles)
    lines = [_INTRO, "## Role x right", "", f"| Right | Code | {head} |", f"| --- | --- | {rule} |"]
    for right in ALL:
        marks = " | ".join(_mark(role, right) for role in roles)
        lines.append(f"| {right.label} | `{right.code}` | {marks} |")
    lines += ["", "● held · ○ for paired households only", "", "## Address x role", ""]
    lines += [f"| Address | View | Asks for | {head} |", f"| --- | --- | --- | {rule} |"]
    for pattern, name, rights in addresses():
        marks = " | ".join("●" if may_enter(role, rights) else "" for role in roles)
        lines.append(f"| `/{_readable(pattern)}` | {name} | {_asks(rights)} | {marks} |")
    return "\n".join(lines) + "\n"


def may_enter(role: Role, rights: tuple[str, ...] | None) -> bool:
    """Whether a role passes a view's door; a view that declares nothing lets nobody in."""
    if rights is None:
        return False
    return rights in (PUBLIC, SIGNED_IN) or any(code in ROLE_RIGHTS[role] for code in rights)


def _mark(role, right):
    if right.code not in ROLE_RIGHTS[role]:
        return ""
    return "○" if role == Role.HELPER and right.paired else "●"


def _asks(rights):
    if rights is None:
        return "**nothing declared**"
    return {PUBLIC: "everybody", SIGNED_IN: "signed in"}.get(rights) or " or ".join(f"`{c}`" for c in rights)


def _readable(pattern):
    return pattern.replace("^", "").replace("$", "").replace("|", "\\|")
