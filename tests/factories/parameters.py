"""Dated values for tests, written straight to the table."""

from datetime import date

from poverty.parameters.definitions import DEFINITIONS
from poverty.parameters.models import Parameter


def make_parameter(code="line.exit", area_code="", valid_from=date(2018, 1, 1), value="3535", **fields):
    """A standing value; a yearly line ends with its year."""
    definition = DEFINITIONS[code]
    if definition.by_year:
        fields.setdefault("valid_to", date(valid_from.year + 1, 1, 1))
    return Parameter.objects.create(
        code=code,
        area_code=area_code,
        valid_from=valid_from,
        value=definition.store(definition.parse(value)),
        unit=definition.unit,
        **{"document_name": "吉林省文件", **fields},
    )
