"""What tells a file from another one that took its place."""

from pathlib import Path

Stamp = tuple[int, int, int] | None
"""Time, size and number of a file; None if there is none."""


def read(path: Path) -> Stamp:
    """Return the stamp of the file at `path`."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
