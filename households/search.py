"""Finding a household by what somebody has at hand: a number, its last four, a name, its pinyin.

Every way leads over an index. The rows searched are the caller's: already limited to what he may see, so that
neither a number nor its last four finds anybody outside his own area.
"""

import re
import unicodedata

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from households.models import Household, Member
from poverty.fields.identity import last4_search_hash, parse_identity
from poverty.sql.prefix import within
from poverty.web.typed import long_number, without_separators

# A number of so many digits is no last four: it begins a 户编号.
_MANY_DIGITS = re.compile(r"[0-9]{7}")
# 15 is the old identity number: from here on a number is looked up whole.
_LONG_NUMBER = re.compile(r"[0-9]{15}")
_LAST_FOUR = re.compile(r"[0-9]{3}[0-9Xx]")
_OWN_NUMBER = re.compile(r"([0-9]{9})-([0-9]{6,12})")
_DIGITS = re.compile(r"[0-9]+")
_LETTERS = re.compile(r"[A-Za-z' ]+")
_MAX_TERMS = 4
FEW = 5000  # households that are better named by id than looked for in the order of the list


def holds_number(text: str) -> bool:
    """Whether a text may hold somebody's number or a good part of it: that must not stand in an address or a
    log. Our own number of a household (220503100-000123) names nobody.
    """
    bare = unicodedata.normalize("NFKC", text)
    return not _OWN_NUMBER.fullmatch(bare.strip()) and long_number(bare)


def search(queryset: QuerySet, text: str) -> QuerySet:
    """Households of `queryset` that fit what was typed; nothing typed: all of them.

    A full number (15 digits and more) is looked up by its hash, or as 户编号; three digits and one more (or
    X) are the last four of a member's number; other digits begin a 户编号, 220503100-000123 is our own
    number; letters are pinyin or initials of the head; Chinese is the beginning of a member's name. Several
    words must all fit.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return queryset
    bare = text if _OWN_NUMBER.fullmatch(text) else without_separators(text)
    if _LONG_NUMBER.search(bare):
        return queryset.filter(_by_number(bare))
    if _MANY_DIGITS.match(bare) and _DIGITS.fullmatch(bare):
        return queryset.filter(_by_term(bare))
    if _LETTERS.fullmatch(text):
        return _by_pinyin(queryset, text)
    for term in text.split()[:_MAX_TERMS]:
        queryset = _by_pinyin(queryset, term) if _LETTERS.fullmatch(term) else queryset.filter(_by_term(term))
    return queryset


def _by_term(term: str) -> Q:
    if _LAST_FOUR.fullmatch(term):
        return _with_member(identity_last4_hash=last4_search_hash(term))
    if own := _OWN_NUMBER.fullmatch(term):
        return Q(pk=int(own[2])) & within("area_id", [own[1]])
    if _DIGITS.fullmatch(term):
        return _counted(Household.objects.filter(household_no__startswith=term), "pk")
    return _with_member(name__startswith=term)


def _by_number(number: str) -> Q:
    """By a member's identity number (old ones of 15 become 18), else by a 户编号 of as many digits."""
    found = parse_identity(number)
    condition = Q(household_no=number)
    return condition | _with_member(identity_hash=found.hash) if found.hash else condition


def _with_member(**condition) -> Q:
    return _counted(Member.objects.filter(household__isnull=False, **condition), "household_id")


def _counted(rows: QuerySet, key: str = "pk") -> Q:
    """Households named by `key` of rows: by their ids where these are few, by a subquery where they are many.

    How many rows begin with three characters no planner knows. Given the ids it reads just these; given a
    subquery it walks the list in the wanted order, which is right only where every hundredth row or so fits.
    """
    few = set(rows.order_by().values_list(key, flat=True)[: FEW + 1])
    return Q(pk__in=few if len(few) <= FEW else rows.values(key))


def _by_pinyin(queryset: QuerySet, text: str) -> QuerySet:
    low = re.sub(r"[' ]", "", text).lower()
    if not low:
        return queryset
    fits = Q(head_initials__startswith=low) | Q(plain_pinyin__startswith=low)
    condition = _counted(Household.objects.alias(plain_pinyin=plain_pinyin()).filter(fits), "pk")
    # Both begin with the same letter; said once more it is a range of the index that orders by name.
    return queryset.filter(condition, head_pinyin__startswith=low[0])


def plain_pinyin() -> Replace:
    """The head's pinyin without the marks between syllables, as people type it; an index stands on it."""
    return Replace("head_pinyin", Value("'"), Value(""))
