"""Rows of invented persons with valid, unique and encrypted identity numbers, made in parallel for COPY."""

import os
import random
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

from households.demo.names import full_name
from poverty.fields.bank import HASH_PURPOSE as BANK_PURPOSE
from poverty.fields.crypto import keyed_hash, seal
from poverty.fields.identity import HASH_PURPOSE, LAST4_PURPOSE, check_character
from poverty.fields.phone import HASH_PURPOSE as PHONE_PURPOSE
from poverty.fields.pinyin import initials, sort_key

SIZES = (1, 2, 3, 4, 5, 6)
WEIGHTS = (10, 22, 25, 22, 13, 8)  # 3.30 persons a household
_NOT_REACHED = "\\N\t\\N\t\\N\t\\N"
LINKS = ("head", "spouse", "son", "daughter", "father", "mother")


@dataclass(frozen=True)
class Chunk:
    """Households first .. last-1 (numbers in the register), by one process."""

    first: int
    last: int
    seed: int
    part: int
    parts: int
    counties: tuple[str, ...]  # of household i: counties[i % len(counties)]
    year: int
    folder: str


def _age(relation: str, rng: random.Random) -> int:
    if relation in ("head", "spouse"):
        return rng.randint(26, 78)
    if relation in ("son", "daughter"):
        return rng.randint(0, 25)
    return rng.randint(60, 92)


def _hex(value: bytes) -> str:
    return "\\\\x" + value.hex()


def _sealed(number: str, kind: str, purpose: str) -> str:
    """A number and its hash as two columns."""
    return f"{_hex(seal(number, kind))}\t{_hex(keyed_hash(purpose, number))}"


def _reached(household: int, rng: random.Random) -> str:
    """Phone and account of a household, four columns: a few have none, and one account in 2,000 is a neighbour's.

    The account is shorter than any bank card, the phone one of a series.
    """
    phone = account = "\\N\t\\N"
    if rng.random() > 0.03:
        phone = _sealed(f"1990{household % 10_000_000:07d}", "phone", PHONE_PURPOSE)
    if rng.random() > 0.04:
        owner = household - (rng.random() < 0.0005)
        account = _sealed(f"80{owner:013d}", "bank", BANK_PURPOSE)
    return f"{phone}\t{account}"


def _write(chunk: Chunk) -> tuple[str, int]:
    rng = random.Random(f"{chunk.seed}:{chunk.part}")
    used: dict[tuple[str, str], int] = defaultdict(int)
    room = 1000 // chunk.parts // 2 * 2
    base = chunk.part * room
    newest = date(chunk.year, 6, 30)
    written = 0
    path = Path(chunk.folder) / f"people-{chunk.part}.tsv"
    with path.open("w", encoding="utf-8") as out:
        for household in range(chunk.first, chunk.last):
            county = chunk.counties[household % len(chunk.counties)]
            size = rng.choices(SIZES, WEIGHTS)[0]
            surname = rng.randrange(10_000)
            written += size
            for number in range(size):
                relation = LINKS[number]
                male = relation in ("son", "father")
                if relation == "head":
                    male = headed_by_man = rng.random() < 0.8
                elif relation == "spouse":
                    male = not headed_by_man
                while True:
                    birth = newest - timedelta(days=_age(relation, rng) * 365 + rng.randrange(365))
                    day = birth.strftime("%Y%m%d")
                    drawn = used[county, day]
                    if drawn < room // 2:
                        break
                used[county, day] = drawn + 1
                body = f"{county}{day}{base + 2 * drawn + male:03d}"
                identity = body + check_character(body)
                name = full_name(
                    surname if relation != "spouse" else rng.randrange(10_000),
                    rng.randrange(9999),
                    rng.randrange(9999),
                    male,
                )
                out.write(
                    f"{household}\t{number}\t{relation}\t{name}\t{sort_key(name)}\t{initials(name)}\t"
                    f"{'male' if male else 'female'}\t{birth.isoformat()}\t"
                    f"{_hex(seal(identity, 'identity'))}\t{_hex(keyed_hash(HASH_PURPOSE, identity))}\t"
                    f"{_hex(keyed_hash(LAST4_PURPOSE, identity[-4:]))}\t"
                    f"{_NOT_REACHED if number else _reached(household, rng)}\n"
                )
    return str(path), written


def write_people(
    households: int, *, first: int, seed: int, counties: list[str], year: int, folder: str
) -> list[tuple[str, int]]:
    """Write the persons of households first .. first+households-1 to files for COPY; return (path, number of persons).

    Same arguments, same persons (ciphertexts differ: every encryption draws a nonce).
    """
    parts = max(1, min(os.cpu_count() or 1, 8)) if households > 2000 else 1
    step = -(-households // parts)
    chunks = [
        Chunk(
            first + part * step,
            min(first + (part + 1) * step, first + households),
            seed,
            part,
            parts,
            tuple(counties),
            year,
            folder,
        )
        for part in range(parts)
    ]
    if parts == 1:
        return [_write(chunk) for chunk in chunks]
    # fork: the children need the settings, and the parent's connection stays untouched by them.
    with ProcessPoolExecutor(parts, mp_context=get_context("fork")) as pool:
        return list(pool.map(_write, chunks))


def scratch() -> tempfile.TemporaryDirectory:
    """A folder for the files; they hold ciphertext only, no number in clear."""
    return tempfile.TemporaryDirectory(prefix="simulate-")
