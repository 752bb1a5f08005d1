"""`train.py judge`: fit a judge of pictures to a data set, without training a model."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from latent_explorer import config as configuration
from latent_explorer import files
from latent_explorer.checkpoint.judge import SUFFIX, Judge, save
from latent_explorer.commands.exit_status import Parser, Say, print_stdout, run_guarded, say
from latent_explorer.data.dataset import Dataset
from latent_explorer.errors import InputError
from latent_explorer.time_left import LongStep


def main(arguments: Sequence[str]) -> int:
    options = make_parser().parse_args(arguments)
    return run_guarded("train judge", lambda: run(options))


def make_parser() -> Parser:
    p = Parser(
        prog="train.py judge",
        description="Fit a judge of pictures to the data set of a preset, in minutes, without training its model.",
        epilog="NAME.judge beside NAME.safetensors is the judge of that model.",
    )
    add = p.add_argument
    add("preset", metavar="PRESET | FILE.yaml", help="whose data set: faces-vae")
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="override a key: data.size=128")
    add("--data-dir", metavar="DIR", help="where data sets lie, or your own images (as for train.py)")
    add("--out", type=files.expand, metavar=f"FILE{SUFFIX}", help=f"default ./PRESET{SUFFIX}")
    add("--json", action="store_true", help="the last line of standard output is one JSON object")
    return p


def run(options: argparse.Namespace) -> int:
    config = configuration.load(options.preset, options.set)
    out = options.out or Path(f"{Path(options.preset).stem}{SUFFIX}")
    if out.suffix != SUFFIX:
        raise InputError(f"--out {out}: a file name that ends in {SUFFIX} is allowed")
    files.check_writable(out, "--out")

    # imports torch, which the checks above do not need
    from latent_explorer.data import datasets

    dataset = datasets.load(config.data, data_dir=options.data_dir, seed=config.training.seed)
    check_samples(dataset, options.preset)
    save(out, fit(dataset, say))
    print_stdout(f"written: {out}")
    if options.json:
        print_stdout(json.dumps({"judge": str(out), "images": len(dataset.train)}))
    return 0


def check_samples(dataset: Dataset, option: str) -> None:
    """Raise `InputError` for samples that are no pictures."""
    if not dataset.kind.has_pixels:
        raise InputError(f"{option}: {dataset.kind.words.many} arrived; it judges pictures alone")


def fit(dataset: Dataset, say: Say, skip: str = "") -> Judge:
    """Fit a judge to the training images of all classes. `skip` says how not to wait for it, where that can be."""
    from latent_explorer.training import judge_training
    from latent_explorer.training.judge_copiers import DESIGNS

    steps = judge_training.choose_steps(len(dataset.train))
    before = judge_training.count_copier_steps(steps)
    say(f"fitting the judge of pictures: {steps} steps, after {before} of {len(DESIGNS)} autoencoders of its own")
    step = LongStep(say, "the judge", skip)
    network, scores = judge_training.fit_judge(dataset.train.images.cpu(), steps=steps, progress=step)
    return Judge.from_network(network, dataset.image_shape, scores)
