"""The catalogues of the languages: brings them up to date with the program, and says what is missing in each.

`python tests/catalogues.py` reads the texts of the program and of the lessons, adds the new ones to every catalogue
without a translation and removes those that are gone. A new language begins with
`python tests/catalogues.py --new fr`.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import latent_explorer
from latent_explorer import languages, texts

ROOT = Path(latent_explorer.__file__).parents[1]
FOLDER = ROOT / "assets" / "languages"
KEYWORDS = {"tr": 1, "mark": 1, "tr_count": 2, "tr_in": 2, "mark_name": 1}
"""Functions whose first arguments are texts, and how many; the first one of `tr_in` is a context."""
LESSON_KEYS, PAGE_KEYS = ("title", "learn"), ("say", "ask", "answer", "notes")
WIDTH = 100


@dataclass(frozen=True)
class ShownText:
    """A text of the program or of a lesson."""

    place: str
    """The file it stands in."""
    text: str | tuple[str, str]
    """A text of one and of several is a pair."""
    context: str | None = None


def list_window_texts() -> Iterator[ShownText]:
    """Yield the text of each call of `KEYWORDS` in the package.

    Babel's own extraction does not look into f-strings.
    """
    for path in sorted((ROOT / "latent_explorer").rglob("*.py")):
        calls = [one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call)]
        for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            count, place = KEYWORDS.get(name, 0), path.relative_to(ROOT).as_posix()
            said = tuple(one.value for one in call.args[:count] if isinstance(one, ast.Constant) and one.value)
            if not count or len(said) < count:
                continue
            if name == "tr_in":
                yield ShownText(place, said[1], context=said[0])
            else:
                yield ShownText(place, said if count > 1 else said[0], texts.NAME if name == "mark_name" else None)


def list_lesson_texts() -> Iterator[ShownText]:
    """Yield each text of the shipped lessons."""
    for path in sorted((ROOT / "assets" / "lessons").glob("*.yaml")):
        lesson = yaml.safe_load(path.read_text("utf-8"))
        said = [lesson.get(key) for key in LESSON_KEYS]
        for page in lesson["pages"]:
            said += [page.get(key) for key in PAGE_KEYS] + [str(one) for one in page.get("choices", ())]
        for text in said:
            if text:
                yield ShownText(path.relative_to(ROOT).as_posix(), " ".join(text.split()))


SOURCES = dict(zip(languages.CATALOGUES, (list_window_texts, list_lesson_texts), strict=True))


def make_template(name: str, code: str) -> Catalog:
    """Return the catalogue of a file name of `languages.CATALOGUES` without translations."""
    template = Catalog(locale=code, charset="utf-8", fuzzy=False)
    for one in SOURCES[name]():
        template.add(one.text, locations=[(one.place, None)], context=one.context)
    return template


def list_missing(code: str) -> list[str]:
    """Return the texts that a language lacks, those that it has and nobody shows, and those with other fields."""
    wrong = []
    for name in languages.CATALOGUES:
        path = FOLDER / code / name
        have = {_get_key(one): one for one in read_po(BytesIO(path.read_bytes()), locale=code) if one.id}
        want = {_get_key(one): one for one in make_template(name, code) if one.id}
        wrong += [f"missing: {key}" for key, one in want.items() if not _is_translated(have.get(key), one)]
        wrong += [f"not shown: {key}" for key in have if key not in want]
        wrong += [f"other fields: {key}" for key in languages.list_broken(path)]
    return wrong


def update(code: str) -> None:
    """Bring the catalogues of a language up to date with the program."""
    for name in languages.CATALOGUES:
        path, template = FOLDER / code / name, make_template(name, code)
        if path.exists():
            before = {_get_key(one): one for one in read_po(BytesIO(path.read_bytes()), locale=code) if one.id}
            for message in template:
                known = before.get(_get_key(message)) if message.id else None
                if known is not None and type(known.id) is type(message.id):
                    message.string = known.string
        path.parent.mkdir(parents=True, exist_ok=True)
        out = BytesIO()
        write_po(out, template, width=WIDTH, omit_header=True, sort_by_file=True)
        head = f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        head += f'"Plural-Forms: {template.plural_forms}\\n"\n\n'
        path.write_bytes(head.encode() + out.getvalue())


def _get_key(message: object) -> str:
    """Return the English text of a message, after its context if it has one."""
    text, context = message.id, message.context  # type: ignore[attr-defined]
    return f"{context}: " * bool(context) + (text if isinstance(text, str) else text[0])


def _is_translated(message: object, wanted: object) -> bool:
    if message is None or type(message.id) is not type(wanted.id) or message.fuzzy:  # type: ignore[attr-defined]
        return False
    said = message.string  # type: ignore[attr-defined]
    return bool(said) if isinstance(said, str) else all(said)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--new", metavar="CODE", help="begin a language: fr, pt, ...")
    options = parser.parse_args()
    codes = [code for code in languages.list_languages() if code != "en"]
    if options.new:
        if not re.fullmatch(r"[a-z]{2,3}", options.new):
            parser.error(f"--new {options.new}: the code of a language is allowed, such as fr")
        codes.append(options.new)
    wrong = 0
    for code in codes:
        update(code)
        missing = list_missing(code)
        print(f"{code}: {len(missing)} texts missing", *missing[:20], sep="\n  ")
        wrong += len(missing)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
