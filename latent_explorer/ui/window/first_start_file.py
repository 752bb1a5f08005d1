"""Whether this is the first start of a user, remembered beside the last session. Nothing here ever fails: a home that
cannot be written sees each start as the first."""

from contextlib import suppress
from pathlib import Path

from latent_explorer import files
from latent_explorer.errors import LatentExplorerError
from latent_explorer.ui.window import session_file

NAME = "started-before"


def is_first_start() -> bool:
    """Return True if there is neither a mark of an earlier start nor a session of one."""
    try:
        return not (_get_path().exists() or session_file.get_last_session_path().exists())
    except OSError:
        return False


def remember() -> None:
    """Leave the mark of this start for the next ones."""
    with suppress(LatentExplorerError, OSError):
        files.write(_get_path(), b"", private=True)


def _get_path() -> Path:
    return session_file.get_last_session_path().parent / NAME
