"""What of a policy can be drafted and altered, and how a field says nothing."""

FIELDS = (
    "name",
    "sector",
    "level",
    "group",
    "content",
    "entitled",
    "year_from",
    "year_to",
    "frequency",
    "terms",
    "rule",
    "amount",
    "unit",
    "share",
    "line",
    "income_item",
    "not_counted",
    "document_name",
    "document_number",
    "document_date",
    "source",
)
EMPTY = {
    "entitled": [],
    "terms": [],
    "year_from": None,
    "year_to": None,
    "amount": None,
    "share": None,
    "document_date": None,
}
