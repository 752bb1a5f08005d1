"""The language that a user has chosen in the window, remembered beside the last session, and the one to begin with.

Nothing here ever fails: a home that cannot be read or written has no choice in it.
"""

from contextlib import suppress
from pathlib import Path

import pygame

from latent_explorer import files, languages
from latent_explorer.errors import LatentExplorerError
from latent_explorer.ui.window import session_file

NAME = "language"
MAX_BYTES = 64


def find_language() -> str:
    """Return the code of the language that was chosen last, else of the desktop's; English if it does not ship."""
    return languages.choose([*_read_choice(), *_list_preferred()])


def remember(code: str) -> None:
    """Keep a language that ships for the next starts."""
    with suppress(LatentExplorerError, OSError):
        files.write(_get_path(), code.encode(), private=True)


def _read_choice() -> list[str]:
    with suppress(OSError, ValueError), _get_path().open("rb") as file:
        code = file.read(MAX_BYTES).decode()
        return [code] if code in languages.list_languages() else []
    return []


def _list_preferred() -> list[str]:
    """Return the languages of the desktop, the preferred one first."""
    with suppress(pygame.error, AttributeError, NotImplementedError):
        return [one["language"] for one in pygame.system.get_pref_locales()]
    return []


def _get_path() -> Path:
    return session_file.get_last_session_path().parent / NAME
