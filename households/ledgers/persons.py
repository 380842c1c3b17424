"""贫困人口信息: the 47 columns of the national person export (forms.md 7.1), in its order; one row per person.

The headings are those that the import of the same form reads (households/incoming/persons.py), so that what goes out
comes in again.
"""

from dataclasses import replace

from households.incoming.persons import COLUMNS as FORM
from households.ledgers.filters import PersonLedgerFilter
from households.ledgers.rows import RIGHT, persons_counted
from households.ledgers.wording import since_2021
from poverty.ledgers.columns import Kind
from poverty.ledgers.ledger import Ledger

_OF_HOUSEHOLD = {
    "province": "area__parent__parent__parent__parent__name",
    "city": "area__parent__parent__parent__name",
    "county": "area__parent__parent__name",
    "township": "area__parent__name",
    "village": "area__name",
    "household_no": "household_no",
    "phone": "phone",
    "identification_standard": "identification_standard",
}
_OF_MEMBER = {
    "member_no": "member_no",
    "name": "name",
    "sex": "sex",
    "birth_date": "birth_date",
    "document_type": "document_type",
    "identity": "identity",
    "ethnic_group": "ethnic_group",
    "member_phone": "phone",
}
_OWN = {
    "year": "asked_year",
    "relation": "relation",
    "head_name": "its_head",
    "head_identity": "its_head_identity",
}
# In the import's list, but not in the form.
_NOT_IN_THE_FORM = ("kind", "status")
# As the form writes it; the import takes both kinds of brackets.
_AS_IN_THE_FORM = {"public_post_months": "公益性岗位(月数)"}
# What the import reads as a day goes out as the day it says only with the right.
_KINDS = {"birth_date": Kind.BIRTH_DATE}


def _source(key: str) -> str:
    if key in _OF_HOUSEHOLD:
        return f"household__{_OF_HOUSEHOLD[key]}"
    if key in _OF_MEMBER:
        return f"member__{_OF_MEMBER[key]}"
    return _OWN.get(key, f"facts__{key}")


PERSONS = Ledger(
    name="persons",
    title="贫困人口信息",
    columns=tuple(
        replace(
            one,
            source=_source(one.key),
            heading=_AS_IN_THE_FORM.get(one.key, one.heading),
            kind=_KINDS.get(one.key, one.kind),
        )
        for one in FORM
        if one.key not in _NOT_IN_THE_FORM
    ),
    right=RIGHT,
    rows=lambda user, area_code, year, values: persons_counted(user, area_code, year),
    order=("household__area_id", "household_id", "rank", "id"),
    per="人",
    filters=PersonLedgerFilter,
    note="人员、户主为截至时在册成员（已关闭的年度为核算期末在册成员），年度项目为所选年度；空白为没有填写",
    words=since_2021({"title": "脱贫人口和监测对象信息"}),
)
