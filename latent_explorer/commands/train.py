"""`train.py`: train a preset, map its latents, write one checkpoint."""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from latent_explorer import config as configuration
from latent_explorer.checkpoint import checkpoint
from latent_explorer.checkpoint.snapshots import MOST
from latent_explorer.commands.exit_status import Parser, guarded, is_first, put, say
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
    p.add_argument(
        "--probe", action="store_true", help="compare the codes with pixels and PCA, with few labels and all"
    )
    p.add_argument(
        "--snapshots", type=int, metavar="N", help="keep weights and map latents at N moments, in a file beside --out"
    )
    p.add_argument("--log-dir", type=Path, metavar="DIR", help="write TensorBoard curves (needs tensorboard)")
    p.add_argument("--list", action="store_true", help="one line a preset, then stop")
    p.add_argument("--json", action="store_true", help="the last line of standard output is one JSON object")
    return p


def run(options: argparse.Namespace) -> int:
    if options.list:
        names = configuration.preset_names()
        width = max(map(len, names))
        put("\n".join(f"{name:{width}}  {configuration.load(name).description}" for name in names))
        return 0
    preset = Path(options.preset).stem
    overrides = [*options.set, *_device(options.device)]
    alone = (options.curve, options.log_dir, options.snapshots, options.probe or None)
    if options.sweep is not None and any(option is not None for option in alone):
        raise InputError("--curve, --log-dir, --probe and --snapshots are of one training; --sweep has its own picture")
    if options.snapshots is not None and not 2 <= options.snapshots <= MOST:
        raise InputError(f"--snapshots {options.snapshots}: a number from 2 to {MOST:,} is allowed")
    if options.sweep is not None:
        return _sweep(options, preset, overrides)
    config = configuration.load(options.preset, overrides)
    out = options.out or Path(f"{preset}.safetensors")

    from latent_explorer.commands import (  # imports torch, which the checks above do not need
        learning_curve,
        tensorboard,
        training_run,
    )

    if options.curve is not None:
        learning_curve.check(options.curve)
    with tensorboard.opened(options.log_dir if is_first() else None) as log:
        report = training_run.run(
            config, preset=preset, out=out, data_dir=options.data_dir, say=say, resume=options.resume,
            probe=options.probe, snapshots=options.snapshots,
            epoch_done=log.epoch if log is not None else lambda _: None,
        )  # fmt: skip
    if report is None:  # a follower: the leader reports
        return 0
    put(report.text())
    status = report.status
    if options.curve is not None:
        history = checkpoint.read(Path(report.checkpoint)).metrics["history"]
        status = max(status, _drawn(lambda: learning_curve.learning(options.curve, preset, history)))
    if options.json:
        put(json.dumps(report.as_dict()))
    return status


def _drawn(draw: Callable[[], Path]) -> int:
    """Draw a chart, print its path and return an exit status, so that a failure does not stop later output."""

    def run() -> int:
        put(f"written: {draw()}")
        return 0

    return guarded("train", run)


def _sweep(options: argparse.Namespace, preset: str, overrides: list[str]) -> int:
    from latent_explorer.commands import learning_curve, sweep

    wanted = sweep.Sweep.parse(options.sweep)
    found = sweep.run(
        wanted, wanted.configs(options.preset, overrides), preset=preset, out=options.out,
        data_dir=options.data_dir, say=say, resume=options.resume,
    )  # fmt: skip
    rows = found["runs"]
    status = 0 if len(rows) == len(wanted.values) and not any(row.get("diverged") for row in rows) else 1
    if rows:
        put(sweep.table(wanted.key, rows))
        status = max(status, _drawn(lambda: learning_curve.tradeoff(Path(found["picture"]), wanted.key, rows)))
    if options.json:
        put(json.dumps(found))
    return status


def _device(name: str | None) -> list[str]:
    return [f"training.device={name}"] if name else []
