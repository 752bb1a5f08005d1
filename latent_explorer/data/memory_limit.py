"""How many images fit into this machine's memory."""

import os
from math import prod

from latent_explorer.errors import InputError

SHARE = 4
"""Images may take the machine's memory divided by this, since training and cache hold copies."""
DEFAULT_MEMORY = 8 << 30  # bytes, where the system does not say


def get_limit() -> int:
    """Return the bytes that images may take."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // SHARE
    except (AttributeError, OSError, ValueError):  # not on Windows
        return DEFAULT_MEMORY // SHARE


def check_memory(count: int, image_shape: tuple[int, ...]) -> None:
    """Raise `InputError` for more images, of one byte a value, than the memory of this machine allows."""
    size, limit = count * prod(image_shape), get_limit()
    if size > limit:
        raise InputError(
            f"{count:,} images take {size / 2**30:,.1f} GiB as bytes; at most {limit / 2**30:,.1f} are allowed on this "
            "machine: a smaller data.size, or fewer"
        )


def check_numbers(rows: int, columns: int) -> None:
    """Raise `InputError` for a table that takes more memory while it is standardised than this machine allows."""
    size, limit = 16 * rows * columns, get_limit()
    if size > limit:
        raise InputError(
            f"{rows:,} rows of {columns:,} numbers take {size / 2**30:,.1f} GiB; at most {limit / 2**30:,.1f} are "
            "allowed on this machine: fewer rows or columns"
        )
