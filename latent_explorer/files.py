"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from latent_explorer.errors import WorkError


def write(path: Path, data: bytes) -> None:
    """Write to a temporary file beside `path` and rename it; raises `WorkError` where that fails.

    A process that is killed on the way, and a disk that is full, leave the old file as it was.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # the prefix is short, since a name built of the file's own could be too long for the file system
        descriptor, temporary = tempfile.mkstemp(prefix=".checkpoint-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise WorkError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
