"""YAML files of presets, scripts and lessons, which may come from a stranger: data alone, and within bounds.

Any text gives values or one `InputError`: size, depth, entries and what aliases repeat are bounded while it is parsed.
"""

import re
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import yaml

from latent_explorer.errors import InputError, give_reason, summarise

MAX_CHARACTERS = 100_000
MAX_DEPTH = 24
TOO_DEEP = f"nested too deeply; {MAX_DEPTH} levels are allowed"
MAX_SIZE = 20_000
"""Values and keys in a file; what an alias repeats counts again, and a long text as several."""
CHARACTERS_PER_VALUE = 100
MAX_NUMBER_LENGTH = 100
"""Characters of a number; what is longer is a text."""
_TEXT_TAG, _INTEGER_TAG, _FLOAT_TAG, _DATE_TAG = (
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "timestamp")
)
_NUMBERS = {
    _INTEGER_TAG: re.compile(r"[-+]?(\d+(_\d+)*|0x[\da-fA-F]+|0o[0-7]+|0b[01]+)$", re.ASCII),
    _FLOAT_TAG: re.compile(
        r"([-+]?(\d+(_\d+)*\.\d*|\.\d+)([eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$",
        re.ASCII,
    ),
}
"""Numbers as people and Python write them: `010` is ten and `1_000` a thousand. YAML 1.1, which PyYAML reads, makes of
them an eight and of `1:30` ninety; what is no number here is a text, which the error quotes as it was written."""

Locate = Callable[[str], str]
"""From the place of a value, like `pages[2].say`, to its file and line."""


def read_yaml(path: Path, kind: str = "", text_keys: tuple[str, ...] = ()) -> tuple[Any, Locate]:
    """Return the values of a YAML file and their places. `kind` says what the file is, in the error that it cannot be
    read; the values of `text_keys`, and those in their lists, are texts as they are written, also `yes` and `3.10`."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_CHARACTERS + 1)
    except (OSError, ValueError) as error:  # ValueError: no UTF-8, or a zero byte in the name
        reason = (error.strerror or error) if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"{kind} {path}: cannot be read: {reason}".lstrip()) from None
    values, root = _parse(text, str(path), text_keys)

    def locate(place: str) -> str:
        node, line = root, root.start_mark.line if root else 0
        for name in re.findall(r"[^.[\]]+", place):
            if isinstance(node, yaml.MappingNode):
                pairs = [(key, value) for key, value in node.value if key.value == name]
                line, node = (pairs[0][0].start_mark.line, pairs[0][1]) if pairs else (line, None)
            elif isinstance(node, yaml.SequenceNode) and name in map(str, range(len(node.value))):
                node = node.value[int(name)]
                line = node.start_mark.line
        return f"{path}, line {line + 1}"

    return values, locate


def parse_yaml(text: str, source: str) -> Any:
    """Parse YAML with the safe loader; `1e-3` is a number and `1:30` none, and duplicate keys raise `InputError`."""
    return _parse(text, source, ())[0]


def write_yaml_line(value: Any) -> str:
    """Return a value as a line of YAML that `parse_yaml` reads as the same value."""
    text: str = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, width=100_000, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def _parse(text: str, source: str, text_keys: tuple[str, ...]) -> tuple[Any, yaml.Node | None]:
    """Return the values of a text, and the nodes that they were made of."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"{source}: more than {MAX_CHARACTERS:,} characters arrived; up to that many are allowed")
    try:
        loader = _Loader(text)
        loader.text_keys = text_keys
        root = loader.get_single_node()
        return (None if root is None else loader.construct_document(root)), root
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{source}, line {mark.line + 1}, column {mark.column + 1}" if mark else source
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        if "unhashable" in problem:
            problem = "a list or a mapping arrived as a key; a text is allowed"
        hint = "; indent with spaces" if "\\t" in problem else ""
        raise InputError(f"{where}: {problem}{hint}") from None
    except ValueError as error:  # `!!int x`
        raise InputError(f"{source}: {summarise(error)}") from None
    except (LookupError, AttributeError, TypeError, ArithmeticError, RecursionError) as error:  # `!!bool abc`
        raise InputError(f"{source}: a value that is none of its tag{give_reason(error)}") from None


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the numbers of `_NUMBERS`, without dates and duplicate keys, and with bounds."""

    text_keys: tuple[str, ...] = ()
    """Keys whose values are texts as they are written."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._size = 0
        self._sizes: dict[int, int] = {}
        """Sizes of the nodes that are complete, by their identity."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        mark, before, is_alias = event.start_mark, self._size, isinstance(event, yaml.AliasEvent)
        self._depth += 1
        self._check(self._depth <= MAX_DEPTH, TOO_DEEP, mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        if is_alias:
            self._check(id(node) in self._sizes, "an alias arrived within the value that it names", mark)
            self._size += self._sizes[id(node)]
        else:
            self._size += 1
            if isinstance(node, yaml.ScalarNode):
                self._size += len(node.value) // CHARACTERS_PER_VALUE
                is_text = len(node.value) <= MAX_NUMBER_LENGTH or node.tag == _TEXT_TAG
                self._check(is_text, f"{len(node.value):,} characters arrived for {node.tag}", mark)
            self._sizes[id(node)] = self._size - before
        self._check(self._size <= MAX_SIZE, f"too many values; {MAX_SIZE:,} are allowed, repeated ones counted", mark)
        return node

    def fetch_flow_collection_start(self, kind: type[yaml.Token]) -> None:
        # here already, since the scanner looks far ahead, and the longer for every open bracket
        self._check(self.flow_level < MAX_DEPTH, TOO_DEEP, self.get_mark())
        super().fetch_flow_collection_start(kind)

    @staticmethod
    def _check(fine: bool, problem: str, mark: Any) -> None:
        if not fine:
            raise yaml.composer.ComposerError(None, None, problem, mark)

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        if kind is yaml.ScalarNode and value is not None and len(value) > MAX_NUMBER_LENGTH:
            return _TEXT_TAG
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        return tag

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value in self.text_keys:
                texts = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for one in texts:
                    if isinstance(one, yaml.ScalarNode) and one.value:
                        one.tag = _TEXT_TAG
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} is given twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper, which puts quotes around texts that are `_NUMBERS` too."""


def _construct_integer(loader: _Loader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, 0 if text.lstrip("-+")[:2].lower() in ("0x", "0o", "0b") else 10)


def _construct_float(loader: _Loader, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node).lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] not in (*_NUMBERS, _DATE_TAG)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern in _NUMBERS.items():
    for _either in (_Loader, _Dumper):
        _either.add_implicit_resolver(_tag, _pattern, list("-+.0123456789"))
_Loader.add_constructor(_INTEGER_TAG, _construct_integer)
_Loader.add_constructor(_FLOAT_TAG, _construct_float)
