"""The files of one case in one role, as a part of any page."""

from dataclasses import dataclass

from poverty.files import cases, kinds
from poverty.files.models import FileLink


@dataclass
class Gallery:
    """What `files/_gallery.html` and `files/_upload.html` draw. `refused`: (file name, reason) of the last
    upload.
    """

    case_type: str
    case_id: int
    role: str
    label: str
    kind: str
    links: list[FileLink]
    may_add: bool
    refused: list[tuple[str, str]]

    @property
    def accepts(self) -> str:
        return kinds.accepts(self.kind)

    @property
    def types(self) -> str:
        return kinds.named(self.kind)

    @property
    def is_waiting(self) -> bool:
        """Some picture is still being made."""
        return any(link.file.picture == "pending" for link in self.links)


def gallery(user, case_type: str, case_id: int, role: str, *, refused=()) -> Gallery | None:
    """The gallery as this user may see it; None when the case is not there for the user, or knows no such
    role.
    """
    found = cases.get(case_type)
    if found is None or role not in found.roles:
        return None
    if not (user.has_right("file.view") and found.rows(user).filter(pk=case_id).exists()):
        return None
    return Gallery(
        case_type,
        case_id,
        role,
        found.roles[role].label,
        found.roles[role].kind,
        list(FileLink.objects.of(case_type, case_id, role)),
        attachable(user, case_type, case_id, role) is not None,
        list(refused),
    )


def attachable(user, case_type: str, case_id: int, role: str):
    """The case when the user may add files to it in a role and take them back, else None."""
    found = cases.get(case_type)
    if found is None or found.attachable is None or not user.has_right("file.add"):
        return None
    known, rows = found.roles.get(role), found.attachable(user)
    if known is not None and not known.by_hand:
        return None
    if known is not None and known.among is not None:
        rows = known.among(rows)
    return rows.filter(pk=case_id).first()
