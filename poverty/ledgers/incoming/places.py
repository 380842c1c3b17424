"""Names of places in a row become the code of a village."""

import re
import unicodedata
from dataclasses import dataclass

from poverty.areas.models import Area, AreaName, Level
from poverty.areas.querysets import ancestors_of
from poverty.ledgers.incoming.kinds import Found
from poverty.sql.prefix import within

_BLANKS = re.compile(r"\s+")
_ENDINGS = re.compile(r"(?:村民委员会|村委会|居民委员会|居委会)$")
ROW = 3  # models.Level.ROW; the models import this package


def plain_name(text: str) -> str:
    """A name without what differs between copies: width, blanks, and what the office behind it is called."""
    flat = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    short = _ENDINGS.sub("", flat)
    return short if short.endswith(("村", "社区")) or short == flat else f"{short}村"


@dataclass(frozen=True)
class _Village:
    code: str
    names: tuple[frozenset[str], ...]  # of province, city, county, township, village; former names too


class Places:
    """The villages of an area, and of its county, by the names of a row.

    A row that names a village of the county outside the area is told so; what no village is called is unknown.
    """

    def __init__(self, area_code: str):
        self.area_code = area_code
        self._known: dict[tuple, tuple[str, Found | None]] = {}
        self._villages: dict[tuple[str, str], list[_Village]] = {}
        wide = area_code[: Level.COUNTY]
        areas = Area.objects.filter(within("code", [wide]), valid_to=None)
        names: dict[str, set[str]] = {}
        for code, name in areas.values_list("code", "name"):
            names.setdefault(code, set()).add(plain_name(name))
        for code, name in AreaName.objects.filter(within("area_id", [wide])).values_list("area_id", "name"):
            if code in names:
                names[code].add(plain_name(name))
        for code, name in Area.objects.filter(pk__in=ancestors_of(wide)).values_list("code", "name"):
            names.setdefault(code, set()).add(plain_name(name))
        for code in names:
            if len(code) == Level.VILLAGE:
                self._add(code, names)

    def _add(self, code: str, names: dict[str, set[str]]) -> None:
        path = tuple(frozenset(names.get(code[: int(level)], ())) for level in Level)
        village = _Village(code, path)
        for township in path[-2]:
            for name in path[-1]:
                self._villages.setdefault((township, name), []).append(village)

    def find(
        self, province: str, city: str, county: str, township: str, village: str
    ) -> tuple[str, Found | None]:
        """(code, None), or ("", fault)."""
        asked = (province, city, county, township, village)
        if asked not in self._known:
            self._known[asked] = self._find(*map(plain_name, asked))
        return self._known[asked]

    def _find(self, *asked: str) -> tuple[str, Found | None]:
        if not asked[-1] or not asked[-2]:
            return "", Found(
                "village", "area_missing", "没有填乡和村，不知道是哪里的户。应填：乡、村的全称。", ROW
            )
        found = [
            one
            for one in self._villages.get(asked[-2:], ())
            if all(
                not name or not known or name in known for name, known in zip(asked, one.names, strict=True)
            )
        ]
        inside = [one for one in found if one.code.startswith(self.area_code)]
        if len(inside) == 1:
            return inside[0].code, None
        if len(inside) > 1:
            return "", Found(
                "village", "area_unclear", "同名的村不止一个。应填：省、市、县、乡、村五级全称。", ROW
            )
        if found or self._elsewhere(asked):
            return "", Found(
                "village",
                "area_outside",
                "这一行不属于所选的地区，不能在这里导入。应填：所选地区内的乡、村。",
                ROW,
            )
        return "", Found(
            "village",
            "area_unknown",
            "区划里没有这个乡、村。应填：与“区划”中一致的乡、村名称（可用曾用名）。",
            ROW,
        )

    def _elsewhere(self, asked: tuple[str, ...]) -> bool:
        """Whether the county itself is another one."""
        names = {name for villages in self._villages.values() for one in villages for name in one.names[2]}
        return bool(asked[2]) and asked[2] not in names
