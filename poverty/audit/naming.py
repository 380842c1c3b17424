"""What the log page needs from apps above: names of places, names and addresses of cases.

The log itself keeps only codes and numbers. Apps above register how these are shown; nothing is imported
from them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, resolve, reverse

from poverty.web.rights import PUBLIC, SIGNED_IN, rights_of


@dataclass(frozen=True)
class CaseType:
    """A kind of case as the log shows it; `url_name` takes the case id as its one argument ("" = no page).

    `models` are the models ("areas.settlementfact") whose fields occur in the changes of such a case.
    """

    label: str
    url_name: str = ""
    models: tuple[str, ...] = ()

    def url(self, case_id, reader=None) -> str:
        """Return the address of the case, or "" when it has none or `reader` may not enter that page."""
        if not self.url_name or case_id is None:
            return ""
        try:
            address = reverse(self.url_name, args=[case_id])
        except NoReverseMatch:
            return ""
        return address if reader is None or may_enter(reader, resolve(address).func) else ""


def may_enter(reader, view) -> bool:
    """Whether `reader` holds a right that opens `view`; a page that says nothing is open to nobody."""
    rights = rights_of(view) or ()
    return rights in (PUBLIC, SIGNED_IN) or any(reader.has_right(code) for code in rights)


_CASE_TYPES: dict[str, CaseType] = {}
_PLACE_NAMES: list[Callable[[Iterable[str]], dict[str, str]]] = []


def register_case_type(case_type: str, label: str, url_name: str = "", *, also: tuple[str, ...] = ()) -> None:
    """Say what a case type is called and where its page is: ("households.household", "户", "…:page").

    The page takes the case id as its only argument; "" means that there is none. A case type that is the
    label of a model names the fields of its changes by that model; `also` adds further models.
    """
    _CASE_TYPES[case_type] = CaseType(label, url_name, (case_type, *also))


def case_type(code: str) -> CaseType:
    """Return the registered case type; an unknown one is shown by its code and has no page."""
    return _CASE_TYPES.get(code, CaseType(code))


def case_types() -> list[tuple[str, str]]:
    """Return (code, label) of all registered case types, sorted by code."""
    return sorted((code, found.label) for code, found in _CASE_TYPES.items())


def register_place_names(source: Callable[[Iterable[str]], dict[str, str]]) -> None:
    """Register the function that turns area codes into names; it gets all codes of a page at once."""
    _PLACE_NAMES[:] = [source]


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """Return names by area code; a code without a name is missing. "" is the whole country."""
    wanted = {code for code in codes if code}
    return _PLACE_NAMES[0](wanted) if wanted and _PLACE_NAMES else {}
