"""Typed and pasted numbers in one form: half width, no blanks, no separators."""

import re
import unicodedata

# Blanks, the invisible characters that spreadsheets and chat programs add, and separators.
_NOISE = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff.,'`’‘·\-‐-―−_/]+")
_BLANK = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")


def compact(text: str) -> str:
    """Half width, without blanks and invisible characters; separators stay."""
    if text.isascii():
        return "".join(text.split())
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def bare_number(text: str) -> str:
    """Half width, without blanks, invisible characters and separators."""
    if text.isalnum() and text.isascii():
        return text
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))
