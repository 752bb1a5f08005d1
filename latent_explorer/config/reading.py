"""Configs read from presets and YAML files, with the `KEY=VALUE` overrides of a command line, and checked once."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from latent_explorer import files, resources
from latent_explorer.config import key_combinations, schema
from latent_explorer.config.sections import Config
from latent_explorer.config.type_hints import describe
from latent_explorer.config.yaml_file import parse_yaml, read_yaml
from latent_explorer.errors import InputError, did_you_mean


def list_preset_names() -> list[str]:
    """List the names of the shipped presets."""
    return sorted(path.stem for path in resources.find_folder("presets").glob("*.yaml"))


def load(preset: str, overrides: Sequence[str] = ()) -> Config:
    """Load the config of a preset name or a YAML file and apply the `KEY=VALUE` overrides, as `training.epochs=3`."""
    path = files.expand(preset)
    if path.suffix not in (".yaml", ".yml"):
        path = resources.find_folder("presets") / f"{preset}.yaml"
        known = list_preset_names()
        if preset not in known:
            raise InputError(
                f"preset {preset!r} is unknown{did_you_mean(preset, known)}; "
                f"allowed: {', '.join(known)}, or the path of a .yaml file"
            )
    values, _ = read_yaml(path)
    if not isinstance(values, dict):
        raise schema.make_error(str(path), values, describe(Config))
    for text in overrides:
        override(values, text)
    return from_dict(values, source=path.name)


def from_dict(values: Mapping[str, Any], source: str = "config") -> Config:
    """Return the checked `Config` of nested mappings; raise `InputError` for anything not allowed."""
    if isinstance(values, Mapping):  # a section without keys has its defaults
        sections = {key.name for key in fields(Config) if key.name != "description"}
        values = {name: {} if value is None and name in sections else value for name, value in values.items()}
    try:
        config = schema.decode(Config, values)
        key_combinations.check(config)
    except InputError as error:
        raise InputError(f"{source}: {error}") from None
    return config


def override(values: dict[str, Any], text: str) -> None:
    """Set `section.key=value` in `values`, with the value parsed as YAML."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise InputError(f"--set {text!r}: KEY=VALUE is allowed, for example training.epochs=3")
    *sections, name = key.strip().split(".")
    place = values
    for section in sections:
        if place.get(section) is None:
            place[section] = {}
        place = place[section]
        if not isinstance(place, dict):
            raise InputError(f"--set {text!r}: {section} has no keys of its own")
    place[name] = parse_yaml(value, f"--set {key}")
