"""Where a right holds. Right and place are tested together, per posting: none lends to another."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from poverty.accounts.rights import BY_CODE, ROLE_RIGHTS
from poverty.accounts.roles import Role


@dataclass(frozen=True)
class Grant:
    """One posting's share of a scope: an area code and, for a bureau officer, his sector ("" = all)."""

    area: str
    sector: str = ""


@dataclass(frozen=True)
class Scope:
    """Where a user holds one right today.

    `grants`: by area; `paired`: also the households paired with the user, wherever they are.
    The empty scope covers nothing.
    """

    grants: tuple[Grant, ...] = ()
    paired: bool = False

    def __bool__(self) -> bool:
        return bool(self.grants) or self.paired

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Area codes, sorted, without those that lie below another one."""
        kept: list[str] = []
        for code in sorted({grant.area for grant in self.grants}):
            if not kept or not code.startswith(kept[-1]):
                kept.append(code)
        return tuple(kept)

    @cached_property
    def sectors(self) -> tuple[str, ...]:
        """Sectors to which the scope is limited; () when any grant is for all sectors, or there is none."""
        found = {grant.sector for grant in self.grants}
        return () if "" in found or self.paired else tuple(sorted(found))

    def covers(self, code: str, sector: str | None = None) -> bool:
        """Whether the area `code` lies in scope; with `sector`, whether that sector's matters there do.

        Says nothing of paired households: those are asked by household, in `visible_to`.
        """
        return any(
            code.startswith(grant.area) and (sector is None or grant.sector in ("", sector))
            for grant in self.grants
        )

    def sectors_at(self, code: str) -> frozenset[str] | None:
        """Sectors held at an area: None = all of them, an empty set = out of scope."""
        found = {grant.sector for grant in self.grants if code.startswith(grant.area)}
        return None if "" in found else frozenset(found)


NOWHERE = Scope()


def scope_from(postings: Iterable, code: str) -> Scope:
    """The scope of a right that open postings give (objects with role, area_id, sector).

    Raises KeyError for a right that does not exist: a misspelt code must not fail silently.
    """
    right = BY_CODE[code]
    grants: list[Grant] = []
    paired = False
    for posting in postings:
        if code not in ROLE_RIGHTS.get(posting.role, ()):
            continue
        if posting.role == Role.HELPER and right.paired:
            paired = True
        else:
            grants.append(Grant(posting.area_id, posting.sector))
    return Scope(tuple(grants), paired)


def scope_of(user, code: str = "household.view") -> Scope:
    """The scope of whoever asks: nowhere for nobody, for the anonymous and for the inactive."""
    if user is None or isinstance(user, AnonymousUser):
        return NOWHERE
    return user.scope(code)
