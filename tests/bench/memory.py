"""How much memory this process has taken at most.

Not getrusage: its figure outlives fork and exec, so a small process started by a large one is called as large.
"""

from pathlib import Path


def forget_peak() -> int:
    """Begin to count the most memory of this process anew; what it holds now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def peak() -> int:
    """The most memory of this process since it began, or since it was forgotten, in bytes."""
    return _status("VmHWM")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
