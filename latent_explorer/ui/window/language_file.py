"""The language that a user has chosen in the window, remembered beside the last session, and the one to begin with.

Nothing here ever fails: a home that cannot be read or written has no choice in it.
"""

import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pygame

from latent_explorer import files, languages
from latent_explorer.errors import LatentExplorerError
from latent_explorer.ui.window import session_file

NAME = "language"
MAX_BYTES = 64
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def find_language() -> str:
    """Return the code of the language that was chosen last, else of the desktop's; English if it does not ship."""
    return languages.choose([*_read_choice(), *list_preferred()])


def remember(code: str) -> None:
    """Keep a language that ships for the next starts."""
    with suppress(LatentExplorerError, OSError):
        files.write(_get_path(), code.encode(), private=True)


def _read_choice() -> list[str]:
    with suppress(OSError, ValueError), _get_path().open("rb") as file:
        code = file.read(MAX_BYTES).decode()
        return [code] if code in languages.list_languages() else []
    return []


def list_preferred() -> list[str]:
    """Return the languages of the desktop, the preferred one first."""
    if platform.system() not in ("Windows", "Darwin"):
        return list_named(os.environ)
    with suppress(pygame.error, AttributeError, NotImplementedError):
        return [one["language"] for one in pygame.system.get_pref_locales()]
    return []


def list_named(variables: Mapping[str, str]) -> list[str]:
    """Return the languages that the variables of a process name, in gettext's order; SDL would ask LANG first."""
    locale = next((variables[name] for name in LOCALE_VARIABLES if variables.get(name)), "")
    if locale.partition(".")[0] in ("", "C", "POSIX"):
        return []
    return [*variables.get("LANGUAGE", "").split(":"), locale]


def _get_path() -> Path:
    return session_file.get_last_session_path().parent / NAME
