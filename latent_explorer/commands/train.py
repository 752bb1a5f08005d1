"""`train.py`: train a preset, map its latents, write one checkpoint."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from latent_explorer import config as configuration
from latent_explorer import files
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.snapshots import MAX_MOMENTS
from latent_explorer.commands.exit_status import (
    Parser,
    is_first_process,
    leave_process_group,
    print_stdout,
    run_guarded,
    say,
)
from latent_explorer.errors import InputError

DEFAULT = "digits-vae"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train by `arguments` and return the exit status; without any, by those of the program, which ends with it."""
    is_program = arguments is None
    arguments = sys.argv[1:] if arguments is None else arguments
    if list(arguments[:1]) == ["import"]:
        from latent_explorer.commands import import_model

        return import_model.main(arguments[1:])
    if list(arguments[:1]) == ["judge"]:
        from latent_explorer.commands import fit_judge

        return fit_judge.main(arguments[1:])
    options = make_parser().parse_args(arguments)
    status = run_guarded("train", lambda: run(options))
    return leave_process_group(status) if is_program else status


def make_parser() -> Parser:
    p = Parser(
        prog="train.py",
        description="Train an autoencoder from a YAML preset and save it with its map.",
        epilog="train.py import --help: make the checkpoint of a model from elsewhere, given in ONNX; "
        "train.py judge --help: fit a judge of pictures to a data set, without a model",
    )
    add = p.add_argument
    add("preset", nargs="?", default=DEFAULT, metavar="PRESET | FILE.yaml", help=f"what to train (default {DEFAULT})")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: training.epochs=3")
    add(
        "--data-dir",
        metavar="DIR",
        help="where data sets lie (default $LATENT_EXPLORER_DATA or the cache), or your own images",
    )
    add("--device", choices=("auto", "cpu", "cuda", "xpu", "mps"), help="where to train (default: the preset's)")
    add("--sweep", metavar="KEY=V,V,...", help="train once a value and compare: model.latent_dim=2,4,8,16")
    add(
        "--out",
        type=files.expand,
        metavar="FILE.safetensors",
        help="default ./PRESET.safetensors; for a sweep a folder",
    )
    add("--resume", action="store_true", help="go on with the training of --out that was cut short")
    add("--curve", type=files.expand, metavar="FILE.png", help="draw the learning curve")
    add("--probe", action="store_true", help="compare the codes with pixels and PCA, with few labels and all")
    add("--snapshots", type=int, metavar="N", help="keep weights and map latents at N moments, in a file beside --out")
    add("--judge", action="store_true", help="fit a judge of pictures to the data set, in a file beside --out")
    add("--log-dir", type=files.expand, metavar="DIR", help="write TensorBoard curves (needs tensorboard)")
    add("--allow-import", action="append", default=[], metavar="PACKAGE", help="code of your own that a model may use")
    add("--list", action="store_true", help="one line a preset, then stop")
    add("--json", action="store_true", help="the last line of standard output is one JSON object")
    return p


def run(options: argparse.Namespace) -> int:
    if options.list:
        names = configuration.list_preset_names()
        width = max(map(len, names))
        print_stdout("\n".join(f"{name:{width}}  {configuration.load(name).description}" for name in names))
        return 0
    preset = Path(options.preset).stem
    overrides = [*options.set, *([f"training.device={options.device}"] if options.device else [])]
    alone = (options.curve, options.log_dir, options.snapshots, options.probe or None, options.judge or None)
    if options.sweep is not None and any(option is not None for option in alone):
        raise InputError("--curve, --judge, --log-dir, --probe and --snapshots are of one training, not of a --sweep")
    if options.snapshots is not None and not 2 <= options.snapshots <= MAX_MOMENTS:
        raise InputError(f"--snapshots {options.snapshots}: a number from 2 to {MAX_MOMENTS:,} is allowed")
    if options.sweep is not None:
        return _run_sweep(options, preset, overrides)
    config = configuration.load(options.preset, overrides)
    out = options.out or Path(f"{preset}.safetensors")

    # imports torch, which the checks above do not need
    from latent_explorer.commands import learning_curve, tensorboard, training_run

    if options.curve is not None:
        learning_curve.check(options.curve)
    with tensorboard.open_log(options.log_dir if is_first_process() else None) as log:
        report = training_run.run(
            config, preset=preset, out=out, data_dir=options.data_dir, say=say, resume=options.resume,
            probe=options.probe, judge=options.judge, snapshots=options.snapshots, allow_import=options.allow_import,
            epoch_done=log.write_epoch if log is not None else lambda _: None,
        )  # fmt: skip
    if report is None:  # a follower: the leader reports
        return 0
    lines, status = [report.to_text()], report.status
    if options.curve is not None:
        history = checkpoint_file.read(Path(report.checkpoint)).metrics["history"]
        drawn = _draw_guarded(lines, lambda: learning_curve.draw_learning_curve(options.curve, preset, history))
        status = max(status, drawn)
    print_stdout("\n".join(lines))
    if options.json:
        print_stdout(json.dumps(report.as_dict()))
    return status


def _draw_guarded(lines: list[str], draw: Callable[[], Path]) -> int:
    """Draw a chart, add its path to what will be printed and return an exit status. Neither does a failure stop later
    output, nor does an output that cannot be written stop the chart."""

    def run() -> int:
        lines.append(f"written: {draw()}")
        return 0

    return run_guarded("train", run)


def _run_sweep(options: argparse.Namespace, preset: str, overrides: list[str]) -> int:
    from latent_explorer.commands import learning_curve, sweep

    wanted = sweep.Sweep.parse(options.sweep)
    report = sweep.run(
        wanted, wanted.make_configs(options.preset, overrides), preset=preset, out=options.out,
        data_dir=options.data_dir, say=say, resume=options.resume, allow_import=options.allow_import,
    )  # fmt: skip
    rows = report["runs"]
    status = 0 if len(rows) == len(wanted.values) and not any(row.get("diverged") for row in rows) else 1
    if rows:
        lines, picture = [sweep.format_table(wanted.key, rows)], Path(report["picture"])
        status = max(status, _draw_guarded(lines, lambda: learning_curve.draw_tradeoff(picture, wanted.key, rows)))
        print_stdout("\n".join(lines))
    if options.json:
        print_stdout(json.dumps(report))
    return status
