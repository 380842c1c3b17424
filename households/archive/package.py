"""Electronic files as one zip: a folder per household, and in each a list of its parts with their SHA-256.

All times inside are the as-of, and nothing depends on when it is written: the same data make the same parts.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from households.archive.cards import Card, cards
from households.archive.parts import CHANGE_CASE, HOUSEHOLD_CASE, Part, parts_of
from households.models import CountyYear, Household, RegisterChange
from poverty.files.models import FileLink
from poverty.sql.snapshot import snapshot

LIST = "清单.json"
LARGEST = 4 * 1024**3  # bytes; more than that nobody can carry or open
_LEAST = 3000  # bytes of a household without a single document: nine entries with their names, packed
_BATCH = 50
_CHUNK = 1 << 20
_PACKED_ALREADY = {".jpg", ".jpeg", ".png", ".webp", ".pdf", ".docx", ".xlsx"}
_LONGEST_NAME, _LONGEST_ENDING = 80, 5
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')

Progress = Callable[[int], None]


class TooLarge(Exception):
    """The zip would be larger than what can be handed on."""


@dataclass(frozen=True)
class Terms:
    """How files go out: by whom, with full numbers or masked, and to what purpose."""

    actor: object
    by: str
    full: bool = False
    purpose: str = ""


@dataclass(frozen=True)
class Packed:
    """A finished zip."""

    as_of: datetime
    households: int


def pack(path: Path, rows: QuerySet[Household], terms: Terms, *, progress: Progress | None = None) -> Packed:
    """Write the electronic files of these households to `path`, all of one moment.

    TooLarge beyond LARGEST. `progress(households)` may raise to stop.
    """
    done = 0
    with snapshot() as as_of, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as target:
        for card in _cards(rows, full=terms.full):
            _write(target, card, terms, as_of)
            done += 1
            if path.stat().st_size > LARGEST:
                raise TooLarge
            if progress:
                progress(done)
    return Packed(as_of, done)


def least_size(rows: QuerySet[Household], actor) -> int:
    """Bytes that the zip of these households takes at least: pictures and scans, which pack no further, and what the
    tables of a household never fall below. Two statements, however many households.
    """
    keys = rows.order_by().values("pk")
    links = FileLink.objects.visible_to(actor).filter(
        Q(case_type=HOUSEHOLD_CASE, case_id__in=keys)
        | Q(
            case_type=CHANGE_CASE,
            case_id__in=RegisterChange.objects.filter(household__in=keys).order_by().values("pk"),
        ),
        Q(file__content_type__startswith="image/") | Q(file__content_type="application/pdf"),
    )
    return rows.count() * _LEAST + (links.order_by().aggregate(total=Sum("file__size"))["total"] or 0)


def folder_of(card: Card) -> str:
    """村/编号_户主: what a person looks for."""
    village = card.household.area.name
    return f"{_plain(village)}/{_plain(card.number)}_{_plain(card.household.head_name or '无户主')}"


def _cards(rows: QuerySet[Household], *, full: bool) -> Iterator[Card]:
    """The cards of all, each for the last year of its county."""
    years: dict[str, int] = {}
    numbers = list(rows.values_list("pk", "area_id"))
    for place in range(0, len(numbers), _BATCH):
        batch = numbers[place : place + _BATCH]
        by_year: dict[int, list[int]] = {}
        for pk, area in batch:
            by_year.setdefault(_last_year(area[:6], years), []).append(pk)
        found = {}
        for year, keys in by_year.items():
            households = Household.objects.filter(pk__in=keys).select_related("area", "settlement", "head")
            found |= {card.household.pk: card for card in cards(households, year, full=full)}
        yield from (found[pk] for pk, _ in batch)


def _last_year(county: str, known: dict[str, int]) -> int:
    if county not in known:
        years = CountyYear.objects.filter(area_id=county).order_by("-year").values_list("year", flat=True)
        known[county] = years.first() or timezone.localdate().year
    return known[county]


def _write(target: zipfile.ZipFile, card: Card, terms: Terms, as_of: datetime) -> None:
    folder, listed = folder_of(card), []
    for part in parts_of(card, full=terms.full, actor=terms.actor):
        name = "/".join(_plain(step) for step in part.name.split("/"))
        if part.missing:
            listed.append({"名称": name, "说明": "原件不在存储中"})
            continue
        sha256, size = _add(target, f"{folder}/{name}", part, as_of)
        listed.append({"名称": name, "大小": size, "SHA-256": sha256})
    local = timezone.localtime(as_of)
    said = {
        "标题": "贫困户电子档案",
        "户编号": card.number,
        "户主": card.household.head_name,
        "区划": f"{card.place}（{card.household.area_id}）",
        "截至": f"{local:%Y-%m-%d %H:%M:%S}",
        "导出人": terms.by,
        "号码": f"完整，用途：{terms.purpose}" if terms.full else "打码",
        "附件": "附件为原件，内容不打码",
        "组成": listed,
    }
    content = json.dumps(said, ensure_ascii=False, indent=1).encode()
    _add(target, f"{folder}/{LIST}", Part(LIST, content), as_of)


def _add(target: zipfile.ZipFile, name: str, part: Part, as_of: datetime) -> tuple[str, int]:
    """Write one part; returns its SHA-256 and size."""
    entry = zipfile.ZipInfo(name, timezone.localtime(as_of).timetuple()[:6])
    entry.external_attr = 0o600 << 16
    packed = Path(part.name).suffix.lower() in _PACKED_ALREADY
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with target.open(entry, "w", force_zip64=part.path is not None) as file:
        for chunk in _chunks(part):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return digest.hexdigest(), size


def _chunks(part: Part) -> Iterator[bytes]:
    if part.path is None:
        yield part.content
        return
    with part.path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _plain(text: str) -> str:
    """A name that every system takes for one step of a path; too long, it keeps its ending (".jpg")."""
    name = _NOT_IN_A_NAME.sub("_", text).strip(". ")
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = f".{ending}" if dot and len(ending) <= _LONGEST_ENDING else ""
        name = (stem if ending else name)[: _LONGEST_NAME - len(ending)].rstrip(". ") + ending
    return name or "_"
