"""Tables of ledgers: what went out (exporting)."""

from poverty.ledgers.models.exporting import Export, ExportFormat, ExportState

__all__ = ["Export", "ExportFormat", "ExportState"]
