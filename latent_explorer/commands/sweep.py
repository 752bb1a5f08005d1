"""`train.py --sweep KEY=VALUE,VALUE,...`: one training per value, a table of the runs, and a trade-off chart."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_explorer import config as configuration
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths
from latent_explorer.commands import resume as resumption
from latent_explorer.commands import training_run
from latent_explorer.commands.exit_status import Say
from latent_explorer.config import Config
from latent_explorer.config.yaml_file import parse_yaml
from latent_explorer.errors import InputError, LatentExplorerError, StoppedError
from latent_explorer.training import prepare_training

COLUMNS = {
    "mse": "MSE", "neg_elbo": "-ELBO", "knn_accuracy": "10-NN", "code_bytes": "bytes a code",
    "parameters": "parameters", "seconds": "seconds",
}  # fmt: skip
RunRow = dict[str, Any]


@dataclass(frozen=True)
class Sweep:
    """A config key and the values to train it with."""

    key: str
    values: tuple[Any, ...]

    @classmethod
    def parse(cls, text: str) -> "Sweep":
        """Parse `model.latent_dim=2,4,8`; a value may itself be a list: `model.hidden=[64],[128,64]`."""
        key, equals, values = text.partition("=")
        parsed = parse_yaml(f"[{values}]", f"--sweep {key}") if equals and key else None
        if not isinstance(parsed, list) or len(parsed) < 2:
            raise InputError(f"--sweep {text!r}: KEY=VALUE,VALUE,... is allowed, for example model.latent_dim=2,4,8")
        if any(value in parsed[:i] for i, value in enumerate(parsed)):
            raise InputError(f"--sweep {text!r} names a value twice")
        return cls(key.strip(), tuple(parsed))

    def make_configs(self, preset: str, overrides: Sequence[str]) -> list[Config]:
        """Return one checked config per value."""
        return [configuration.load(preset, [*overrides, f"{self.key}={_to_yaml(value)}"]) for value in self.values]


def run(
    sweep: Sweep, configs: Sequence[Config], *, preset: str, out: Path | None, data_dir: str | None, say: Say,
    resume: bool, allow_import: Collection[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Train every config into its own file in the folder `out`; return the object that `--json` prints.

    A run that fails is reported and skipped; Ctrl-C ends the sweep after the run that it stops. With `resume`,
    finished runs are not trained again. Raises `InputError`, before the first training, for a model that cannot be
    built.
    """
    name = sweep.key.rpartition(".")[2]
    folder = out or Path(f"{preset}-{name}")
    if folder.suffix == checkpoint_paths.SUFFIX:
        raise InputError(f"--out {folder}: a sweep writes several files; a folder is allowed")
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise InputError("--sweep: several processes arrived; a sweep is of one, its trainings one after the other")
    for config in configs:
        if config.data.has_known_shape:
            prepare_training.count_parameters(config, allow_import)
    rows: list[RunRow] = []
    for value, config in zip(sweep.values, configs, strict=True):
        target = folder / f"{preset}-{name}-{to_slug(value)}{checkpoint_paths.SUFFIX}"
        row = _load_finished(target, config, allow_import) if resume else None
        try:
            if row is None:
                say(f"-- {sweep.key} = {_to_yaml(value)}")
                row = _train(
                    config, target, preset=preset, data_dir=data_dir, say=say, resume=resume, allow_import=allow_import
                )
        except (StoppedError, KeyboardInterrupt):
            say("interrupted: the sweep ends here (the same command with --resume goes on)")
            break
        except LatentExplorerError as error:
            if isinstance(error, InputError) and not rows:  # probably affects every value
                raise
            say(f"{sweep.key} = {_to_yaml(value)} failed: {error}")
            continue
        rows.append({"value": value, **row})
        if not row["complete"]:
            break
    picture = str(folder / f"{preset}-{name}.png") if rows else None  # the caller draws it
    return {"sweep": sweep.key, "preset": preset, "runs": rows, "picture": picture}


def _train(
    config: Config, target: Path, *, preset: str, data_dir: str | None, say: Say, resume: bool,
    allow_import: Collection[str],
) -> RunRow:  # fmt: skip
    """Train one config into the file `target`; return its row of the table."""
    # an unreadable checkpoint, or one of other settings, cannot be resumed: train it from the beginning
    goes_on = resume and target.with_suffix(resumption.SUFFIX).is_file()
    report = training_run.run(
        config, preset=preset, out=target, data_dir=data_dir, say=say, resume=goes_on, allow_import=allow_import
    )
    assert report is not None  # only followers return None, and a sweep has one process
    if report.collapsed:
        say(training_run.COLLAPSE_WARNING)
    return {**report.as_dict(), **report.test, "complete": not report.stopped}


def format_table(key: str, rows: Sequence[RunRow]) -> str:
    """Format the runs as a text table, with the columns that at least one run has."""
    columns = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    lines = [[key, *(COLUMNS[name] for name in columns)]]
    lines += [[_to_yaml(row["value"]), *(_format_figure(row.get(name)) for name in columns)] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _load_finished(path: Path, config: Config, allow_import: Collection[str]) -> RunRow | None:
    """Load the figures of a finished run; None if `path` is missing, incomplete or of another config."""
    try:
        trained = checkpoint_file.load(path, "cpu", allow_import) if path.is_file() else None
    except InputError:
        return None
    if trained is None or not trained.made_by.get("complete", False):
        return None
    if trained.config != prepare_training.complete(config, trained.config):
        return None
    test = trained.metrics.get("test", {})
    parameters = prepare_training.count_parameters(trained.config, allow_import)
    return {
        "checkpoint": str(path), "test": test, **test, "parameters": parameters,
        "code_bytes": trained.model.code_bytes, "seconds": None, "complete": True,
    }  # fmt: skip


def _format_figure(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _to_yaml(value: Any) -> str:
    """Format `value` in the syntax of `--set`."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_to_yaml, value)) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def to_slug(value: Any) -> str:
    """Format `value` as a part of a file name."""
    text = _to_yaml(value).strip("[]").replace(", ", "-")
    return "".join(c if c.isalnum() or c in "-._+" else "_" for c in text) or "empty"
