"""Tables of ledgers: what went out (exporting), what comes in (importing)."""

from poverty.ledgers.models.exporting import Export, ExportFormat, ExportState, standing_of
from poverty.ledgers.models.importing import Import, Level, Outcome, StagedCells, StagedRow

__all__ = [
    "Export",
    "ExportFormat",
    "ExportState",
    "Import",
    "Level",
    "Outcome",
    "StagedCells",
    "StagedRow",
    "standing_of",
]
