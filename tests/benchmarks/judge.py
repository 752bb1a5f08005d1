"""Print how a judge does on real pictures, noise and hybrids, and what it says of the shipped models; or fit it anew.

    LATENT_EXPLORER_DATA=DIR python tests/benchmarks/judge.py [--data digits] [MODEL ...]
    LATENT_EXPLORER_DATA=DIR python tests/benchmarks/judge.py [--data digits] --fit    # writes checkpoints/NAME.judge

`train.py judge PRESET` fits one to any data set. Real pictures are held-out ones. What hybrids are, and which of them
can be read as one digit all the same, is said in `hybrids.py`.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

import latent_explorer
from latent_explorer import resources
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import judge as judges
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.data import datasets
from latent_explorer.data.datasets import Dataset
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.compare.queries import InventedShares
from latent_explorer.training import judge_training
from tests.benchmarks import hybrids

MODELS = {
    "mnist": (
        "mnist-ae", "mnist-vae", "mnist-cnn-ae", "mnist-cnn-vae", "mnist-adversarial", "mnist-contractive",
        "mnist-denoising", "mnist-diffusion", "mnist-quantised", "mnist-robust", "mnist-sequence", "mnist-sparse",
        "mnist-wasserstein", "mnist-ae-2d", "mnist-vae-2d",
    ),
    "digits": ("digits-vae",),
    "faces": ("faces-ae", "faces-vae", "faces-beta-vae", "faces-diffusion", "faces-vae-2d"),
}  # fmt: skip


def load_data(name: str) -> Dataset:
    config = latent_explorer.load(MODELS[name][0], "cpu").config
    return datasets.load(config.data, seed=config.training.seed, download=False)


def fit(name: str) -> None:
    images = load_data(name).train.images.cpu()
    network, scores = judge_training.fit_judge(images, steps=judge_training.choose_steps(len(images)))
    path = resources.find_folder("checkpoints") / f"{name}{judges.SUFFIX}"
    judges.save(path, judges.Judge.from_network(network, tuple(images.shape[1:]), scores))
    print(f"written: {path}")


def measure(data: str, names: tuple[str, ...]) -> None:
    models = {name: latent_explorer.load(name, "cpu") for name in names}
    judge, found = models[names[0]].require_judge(), load_data(data)
    images, labels = datasets.to_floats(found.test.images).numpy(), found.test.labels.numpy()
    reader = None
    if images.shape[1] == 1:  # the class of a face, its hair, does not tell whether it is of two
        reader = hybrids.DoubtfulReader(found.train.images, found.train.labels, images)

    def is_usual(pictures: Floats) -> np.ndarray:
        return judge.compute_plausibility(np.asarray(pictures, np.float32)) >= USUAL_SHARE

    def write_row(kind: str, pictures: Floats) -> None:
        if reader is None:
            print(f"{kind:26} {is_usual(pictures).mean():6.1%}", flush=True)
            return
        passed, read, unread = hybrids.describe_pass(is_usual, reader, pictures)
        print(f"{kind:26} {passed:6.1%}   can be read {read:6.1%}   of the others pass {unread:6.1%}", flush=True)

    usual = is_usual(images)
    print(f"{'real, held out':26} {usual.mean():6.1%}")
    print("  by class                 " + " ".join(f"{usual[labels == one].mean():4.0%}" for one in np.unique(labels)))
    print(f"{'noise':26} {is_usual(np.random.default_rng(0).random((1000, *images.shape[1:]))).mean():6.1%}")
    for kind, pictures in hybrids.make_hybrids(images, labels).items():
        write_row(kind, pictures)
    print("\nhalf-way between codes of two classes, decoded")
    for name, model in models.items():
        write_row(name, hybrids.decode_middles(model))
    print(f"\n{'':26} copies    near   apart  N(0, 1)  diffusion")
    for name, model in models.items():
        shares = InventedShares(name).answer(QueryContext(models, {}))
        drawn = f"   {is_usual(model.decode(model.generate(400)[-1])).mean():6.1%}" if model.generative else ""
        copies = is_usual(model.decode(model.latents[::5], model.labels[::5] if model.conditional else None)).mean()
        pairs = f"{shares.near:6.1%}  {shares.apart:6.1%}"
        print(f"{name:26} {copies:6.1%}  {pairs}  {shares.drawn:6.1%}{drawn}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", choices=tuple(MODELS), default="mnist")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("models", nargs="*")
    options = parser.parse_args()
    if options.fit:
        fit(options.data)
    else:
        measure(options.data, tuple(options.models) or MODELS[options.data])


if __name__ == "__main__":
    main()
