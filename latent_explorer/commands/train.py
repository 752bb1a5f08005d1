"""`train.py`: train a preset, map its latents, write one checkpoint."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from latent_explorer import config as configuration
from latent_explorer.commands.exits import Parser, guarded, say
from latent_explorer.errors import InputError

DEFAULT = "digits-vae"


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    return guarded("train", lambda: run(options))


def parser() -> Parser:
    p = Parser(prog="train.py", description="Train an autoencoder from a YAML preset and save it with its map.")
    p.add_argument(
        "preset",
        nargs="?",
        default=DEFAULT,
        metavar="PRESET | FILE.yaml",
        help=f"what to train (default {DEFAULT})",
    )
    p.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: training.epochs=3")
    p.add_argument("--data-dir", metavar="DIR", help="where data sets lie (default $LATENT_EXPLORER_DATA or the cache)")
    p.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where to train (default: the preset's)")
    p.add_argument("--sweep", metavar="KEY=V,V,...", help="train once a value and compare: model.latent_dim=2,4,8,16")
    p.add_argument(
        "--out", type=Path, metavar="FILE.safetensors", help="default ./PRESET.safetensors; for a sweep a folder"
    )
    p.add_argument("--resume", action="store_true", help="go on with the training of --out that was cut short")
    p.add_argument("--curve", type=Path, metavar="FILE.png", help="draw the learning curve")
    p.add_argument("--log-dir", type=Path, metavar="DIR", help="write TensorBoard curves (needs tensorboard)")
    p.add_argument("--list", action="store_true", help="one line a preset, then stop")
    p.add_argument("--json", action="store_true", help="the last line of standard output is one JSON object")
    return p


def run(options: argparse.Namespace) -> int:
    if options.list:
        for name in configuration.preset_names():
            sys.stdout.write(f"{name:16} {configuration.load(name).description}\n")
        return 0
    preset = Path(options.preset).stem
    overrides = [*options.set, *_device(options.device)]
    if options.sweep is not None and (options.curve is not None or options.log_dir is not None):
        raise InputError("--curve and --log-dir are of one training; --sweep draws a picture of its own")
    if options.sweep is not None:
        return _sweep(options, preset, overrides)
    config = configuration.load(options.preset, overrides)
    out = options.out or Path(f"{preset}.safetensors")

    from latent_explorer.commands import logs, recipe  # imports torch, which the checks above do not need

    with logs.opened(options.log_dir) as log:
        report = recipe.run(
            config, preset=preset, out=out, data_dir=options.data_dir, say=say, resume=options.resume,
            epoch_done=log.epoch if log is not None else lambda _: None,
        )  # fmt: skip
    sys.stdout.write(report.text() + "\n")
    if options.curve is not None:
        from latent_explorer import checkpoint
        from latent_explorer.commands import chart  # imports matplotlib

        history = checkpoint.read(Path(report.checkpoint)).metrics["history"]
        sys.stdout.write(f"written: {chart.learning(options.curve, preset, history)}\n")
    if options.json:
        sys.stdout.write(json.dumps(report.as_dict()) + "\n")
    sys.stdout.flush()
    return report.status


def _sweep(options: argparse.Namespace, preset: str, overrides: list[str]) -> int:
    from latent_explorer.commands import sweep

    wanted = sweep.Sweep.parse(options.sweep)
    found = sweep.run(
        wanted, wanted.configs(options.preset, overrides), preset=preset, out=options.out,
        data_dir=options.data_dir, say=say, resume=options.resume,
    )  # fmt: skip
    rows = found["runs"]
    if rows:
        sys.stdout.write(f"{sweep.table(wanted.key, rows)}\nwritten: {found['picture']}\n")
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    return 0 if len(rows) == len(wanted.values) and not any(row.get("diverged") for row in rows) else 1


def _device(name: str | None) -> list[str]:
    return [f"training.device={name}"] if name else []
