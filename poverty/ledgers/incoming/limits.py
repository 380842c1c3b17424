"""How much a workbook may hold, and how much reading it may cost. Counted, never believed."""

from dataclasses import dataclass

from poverty.files.kinds import MEGABYTE, XLSX


@dataclass(frozen=True)
class Limits:
    """A county's register with room to spare: 100,000 persons x 47 columns are 18 MB that unpack to 300 MB."""

    size: int = XLSX.limit  # bytes of the file
    entries: int = 2_000  # parts in the archive
    unpacked: int = 1024 * MEGABYTE  # all parts together
    harmless: int = 50 * MEGABYTE  # below this the ratio does not matter: blank forms pack well
    ratio: int = 200  # unpacked to packed, of one part; deflate cannot do better than 1,032
    small_part: int = 8 * MEGABYTE  # a list of sheets, of relations, of types
    sheets: int = 200
    rows: int = 200_000  # down to the last row that holds anything
    columns: int = 300
    cells: int = 10_000_000  # rows x columns, which is what reading takes memory for
    row_bytes: int = 8 * MEGABYTE
    cell_text: int = 32_767  # characters; Excel itself holds no more
    shared_strings: int = 400 * MEGABYTE
    # Of the process that reads.
    memory: int = 1400 * MEGABYTE  # of address space, which is more than what is used of it
    cpu_seconds: int = 60
    waiting_seconds: float = 120.0  # that the parent waits for it, all in all


DEFAULT = Limits()
