"""Print how the judge of pictures does on real pictures, noise and blends, and what it says of the shipped models.

    LATENT_EXPLORER_DATA=DIR python tests/benchmarks/judge.py [MODEL ...]

Needs the held-out MNIST images. Hybrids are decoded half-way between the codes of two samples of different classes.
"""

import sys

import numpy as np

import latent_explorer
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.data import datasets
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.compare.queries import InventedShares

MODELS = ("mnist-ae", "mnist-vae", "mnist-cnn-ae", "mnist-cnn-vae")


def main(names: tuple[str, ...]) -> None:
    models = {name: latent_explorer.load(name, "cpu") for name in names}
    judge = models[names[0]].require_judge()
    test = datasets.load(models[names[0]].config.data).test
    images, labels = np.divide(test.images.numpy(), 255, dtype=np.float32), test.labels.numpy()
    random = np.random.default_rng(0)

    def share(pictures) -> float:
        return float((judge.compute_plausibility(np.asarray(pictures, np.float32)) >= USUAL_SHARE).mean())

    other = random.permutation(len(images))
    print(f"real, held out   {share(images):6.1%}")
    for label in np.unique(labels):
        print(f"  class {label}        {share(images[labels == label]):6.1%}")
    print(f"pixels mixed     {share(((images + images[other]) / 2)[labels != labels[other]]):6.1%}")
    print(f"noise            {share(random.random(images[:1000].shape)):6.1%}")
    print(f"\n{'model':18} {'copies':>7} {'near':>7} {'apart':>7} {'N(0, 1)':>7} {'hybrids':>7}")
    for name, model in models.items():
        found = InventedShares(name).answer(QueryContext(models, {}))
        z, (a, b) = model.latents, random.integers(0, len(model.latents), (2, 2000))
        different = model.labels[a] != model.labels[b]
        told = model.labels[a] if model.conditional else None
        copies = share(model.decode(z[a], told))
        hybrids = share(model.decode((z[a] + z[b])[different] / 2, None if told is None else told[different]))
        shares = (copies, found.near, found.apart, found.drawn, hybrids)
        print(f"{name:18} " + " ".join(f"{value:7.1%}" for value in shares))


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or MODELS)
