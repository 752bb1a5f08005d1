"""Languages: the catalogues that ship with the program, one's own, and which one a user reads.

A catalogue is a gettext file (.po), as Babel, Poedit and Weblate read and write it. `assets/languages/de/window.po`
holds the texts of the window, `lessons.po` those of the shipped lessons.
"""

import gettext
import re
import string
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from latent_explorer import resources
from latent_explorer.errors import InputError, give_reason
from latent_explorer.texts import ENGLISH, Language

CATALOGUES = ("window.po", "lessons.po")
MAX_CATALOGUE_BYTES = 2_000_000
MAX_PLURALS = 6  # forms of a text that counts, as Arabic has
MAX_LETTERS = 5_000
"""Letters of one translation; the longest text of a lesson has a fifth of that."""
UNGROUPED_THOUSANDS = ("es", "pl", "pt_PT")
"""Locales that write 1234 as it is and 12.345 in groups (CLDR's minimumGroupingDigits, which Babel does not have)."""


def list_languages() -> dict[str, str]:
    """Return the names of the languages that ship, each in its own language, by code; English first."""
    return {ENGLISH.code: ENGLISH.name} | {code: _find_name(code) for code in _list_codes()}


def read(code: str) -> Language:
    """Return a language that ships, or that of one's own catalogue FILE.po. Raise `InputError` if there is neither."""
    if code == ENGLISH.code:
        return ENGLISH
    if code in _list_codes():
        return _read_shipped(code)
    if code.endswith(".po"):
        return _read(None, [Path(code).expanduser()])
    allowed = ", ".join(list_languages())
    raise InputError(f"--language {code!r} arrived; one of {allowed} or a catalogue FILE.po is allowed")


def choose(preferred: Iterable[str]) -> str:
    """Return the code of the first language of `preferred` (de, pt_BR, en-GB ...) that ships; English if none does."""
    codes = list_languages()
    for one in preferred:
        code = one.replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in codes:
            return code
    return ENGLISH.code


def list_broken(path: Path) -> list[str]:
    """Return the English texts of a catalogue whose translation has other fields than they have."""
    return [_get_key(message) for message in _read_catalogue(path, None) if not _fits(message)]


# -- inside -------------------------------------------------------------------------------------------


def _find_folder() -> Path:
    return resources.find_folder("assets") / "languages"


@lru_cache(maxsize=4)
def _read_shipped(code: str) -> Language:
    return _read(code, [_find_folder() / code / name for name in CATALOGUES])


@lru_cache(maxsize=1)
def _list_codes() -> list[str]:
    with suppress(OSError):
        return sorted(one.name for one in _find_folder().iterdir() if (one / CATALOGUES[0]).is_file())
    return []


def _find_name(code: str) -> str:
    """Return the name of a language in itself."""
    names = {"de": "Deutsch", "es": "Español"}  # Babel, which knows them all, is slow to import at each start
    return names.get(code) or _parse_locale(code).get_language_name() or code


def _read(code: str | None, paths: list[Path]) -> Language:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.numbers import get_decimal_symbol, get_group_symbol

    together: Any = None
    for path in paths:
        catalogue = _read_catalogue(path, code)
        if together is None:
            together = Catalog(locale=catalogue.locale, charset="utf-8")
        for message in catalogue:
            if message.id and message.string and not message.fuzzy and _fits(message):
                together.add(message.id, message.string, context=message.context)
    binary = BytesIO()
    try:
        write_mo(binary, together)
        binary.seek(0)
        texts, locale = gettext.GNUTranslations(binary), together.locale
    except (ValueError, LookupError) as error:  # texts with more forms than the language counts
        raise InputError(f"{paths[0]}: not a catalogue of texts{give_reason(error)}") from None
    return Language(
        code or str(paths[0]), locale.get_language_name() or str(locale), texts.gettext, texts.ngettext, texts.pgettext,
        decimal=get_decimal_symbol(locale), group=_make_plain(get_group_symbol(locale)),
        least_grouped=5 if {locale.language, str(locale)} & set(UNGROUPED_THOUSANDS) else 4,
        percent=_make_plain(str(locale.percent_formats[None].pattern).rpartition("0")[2]) or ENGLISH.percent,
    )  # fmt: skip


def _make_plain(sign: str) -> str:
    """Return what stands in or behind a number with a usual space, which every font has."""
    return "".join(" " if letter.isspace() else letter for letter in sign)


def _read_catalogue(path: Path, code: str | None) -> Any:
    """Return the catalogue of a file. Raise `InputError` if it is none, or says no language where no `code` does."""
    from babel.core import UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po

    data = _read_bytes(path)
    _check_plurals(path, data)
    try:
        catalogue = read_po(BytesIO(data), locale=code, abort_invalid=True)
    except (
        PoFileError, UnicodeError, ValueError, LookupError, SyntaxError, ArithmeticError, RecursionError,
        UnknownLocaleError,
    ) as error:  # fmt: skip
        raise InputError(f"{path}: not a catalogue of texts{give_reason(error)}") from None
    if catalogue.locale is None:
        raise InputError(f'{path}: no language arrived; a line like "Language: fr\\n" in its head is allowed')
    return catalogue


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for whoever writes into it
            raise InputError(f"{path}: not a file; a catalogue FILE.po is allowed")
        with path.open("rb") as file:
            data = file.read(MAX_CATALOGUE_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_CATALOGUE_BYTES:
        raise InputError(f"{path}: {path.stat().st_size:,} bytes arrived; {MAX_CATALOGUE_BYTES:,} are allowed")
    return data


def _check_plurals(path: Path, data: bytes) -> None:
    """Raise `InputError` for a number of plural forms that no language has: babel makes so many of each text."""
    for given in re.findall(rb"nplurals\s*=([^;\\\"]*)", re.sub(rb'"\s*"', b"", data)):
        number = given.strip()
        if not re.fullmatch(rb"\d{1,3}", number) or not 1 <= int(number) <= MAX_PLURALS:
            raise InputError(
                f"{path}: nplurals={number.decode(errors='replace')[:20]} arrived; 1 to {MAX_PLURALS} are allowed"
            )


def _parse_locale(code: str) -> Any:
    from babel.core import Locale

    return Locale.parse(code)


def _get_key(message: Any) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _fits(message: Any) -> bool:
    """Return whether a translation has the fields of the English text with the same formats, and they are plain ones; a
    form of a plural may leave one out."""
    ids = (message.id,) if isinstance(message.id, str) else message.id
    texts = (message.string,) if isinstance(message.string, str) else message.string
    if any(text and len(text) > MAX_LETTERS for text in texts):
        return False
    try:
        wanted = [_list_fields(one) for one in ids]
    except ValueError:  # no template: it is shown as it is
        return True
    try:
        had = [_list_fields(text) for text in texts if text]
    except ValueError:
        return False
    if isinstance(message.id, str):
        return all(one == wanted[0] for one in had)
    return all(one <= set().union(*wanted) for one in had)


def _list_fields(text: str) -> set[tuple[str, str | None, str | None]]:
    """Return name, format and conversion of a template's fields. Raise `ValueError` if it is no template."""
    fields = {(name, spec, kind) for _, name, spec, kind in string.Formatter().parse(text) if name is not None}
    if not all(name.isidentifier() for name, _, _ in fields):
        raise ValueError(f"{text}: only names are allowed as fields")
    return fields
