"""What a person would type of a complete standard, for the services and the forms."""

from datetime import date
from decimal import Decimal


def row(indicator="income", comparison="gt", threshold="3535.00", **fields):
    """One requirement row as typed."""
    return {
        "indicator": indicator,
        "comparison": comparison,
        "threshold": None if threshold is None else Decimal(threshold),
        "evidence": "",
        "clause": "",
        "document": "",
        "weight": None,
        "veto": False,
        **fields,
    }


def yes_no(indicator, **fields):
    """A yes/no row as typed."""
    return row(indicator, "is_true", None, **fields)


def typed_values(*rows, **fields):
    """A standard as typed, with its document; income above 3,535 and safe housing unless rows are given."""
    return {
        "name": "贫困户退出标准",
        "document_name": "贫困退出实施办法",
        "document_number": "吉办发〔2016〕40号",
        "document_date": date(2016, 9, 1),
        "clause": "第三条",
        "deviation_document": "",
        "requirements": list(rows) or [row(), yes_no("housing")],
        **fields,
    }
