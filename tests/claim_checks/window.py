"""What hints and tooltips of the window claim of models, maps and data, beyond how a quantity is defined."""

from functools import lru_cache

import numpy as np

from latent_explorer.data import corruption, datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.compress.queries import CodecRateDistortion, RateDistortion
from latent_explorer.models import diffusion
from tests.claim_checks.claim import Claim, Found, above, below, copies, equal, every, model
from tests.claim_checks.lessons import measure_mixed, measure_stretch_ratio

DIGITS = "digits-vae"


@lru_cache(maxsize=1)
def load_digits() -> Dataset:
    return datasets.load(model(DIGITS).config.data, seed=model(DIGITS).config.training.seed)


@lru_cache(maxsize=16)
def measure_inverse(method: str) -> tuple[float, float]:
    """Return the error of a way back at the dots, and the 99th percentile of the picture's steps between dots."""
    checkpoint, random = model("mnist-vae"), np.random.default_rng(0)
    atlas, steps = checkpoint.atlas, []
    for start, end in atlas.xy[random.integers(0, len(atlas.xy), (10, 2))]:
        count = int(np.linalg.norm(end - start) * 900)  # a pixel a step
        line = start + np.linspace(0, 1, count)[:, None].astype(np.float32) * (end - start)
        pictures = checkpoint.decode(atlas.inverse_transform(line, method=method)).reshape(count, -1)
        steps.append(np.sqrt(np.square(np.diff(pictures, axis=0)).mean(axis=1)))
    again = checkpoint.decode(atlas.inverse_transform(atlas.xy[::20], method=method))
    error = float(np.square(again - copies("mnist-vae")[::20]).mean())
    return error, float(np.percentile(np.concatenate(steps), 99))


def check_inverse(method: str, *, exact: bool, calm: bool) -> Found:
    """Check that a way back meets the dots or not, and that its steps are smaller or larger than Delaunay's."""
    error, step = measure_inverse(method)
    factor = step / measure_inverse("delaunay")[1]
    return every(below(error, 1e-6) if exact else above(error, 1e-4), below(factor, 1) if calm else above(factor, 1))


def check_compression() -> Found:
    """Check that codes beat JPEG where both are small, and JPEG the codes where it is large."""
    data = load_digits()
    context = QueryContext({DIGITS: model(DIGITS)}, {model(DIGITS).data_key: data})
    code = RateDistortion(DIGITS).answer(context).curve
    jpeg = next(one for one in CodecRateDistortion(DIGITS).answer(context).curves if "jpeg" in one.name.lower())
    least = jpeg.psnr[np.argmin(jpeg.byte_counts)]
    return every(
        above(float(code.psnr[code.byte_counts <= jpeg.byte_counts.min()].max() - least), 0),
        above(float(jpeg.psnr.max() - code.psnr.max()), 5),
    )


def check_denoising() -> Found:
    """Check that noise moves the code of the denoising model less, in sample gaps, and is left in the plain copy."""
    import torch

    clean = copies("mnist-ae")[:1000]
    noisy = corruption.corrupt(torch.from_numpy(clean), "gaussian", 0.4, torch.Generator().manual_seed(0)).numpy()
    moved, left = [], []
    for name in ("mnist-denoising", "mnist-ae"):
        z, checkpoint = model(name).encode(noisy), model(name)
        way = np.linalg.norm(z - checkpoint.encode(clean), axis=1).mean()
        moved.append(float(way) / checkpoint.neighbours.sample_spacing)
        left.append(float(np.square(checkpoint.decode(z) - clean).mean()))
    return every(below(moved[0] / moved[1], 0.7), below(left[0] / left[1], 0.7))


def measure_axes_share() -> float:
    """Return the variance along the two axes of the PCA map over the most that two directions can have."""
    vae = model("mnist-vae")
    z = vae.latents - vae.latents.mean(axis=0)
    most = np.sort(np.linalg.eigvalsh(np.cov(z.T)))[-2:].sum()
    return float((z @ vae.maps["pca"].projection.components.T).var(axis=0).sum() / most)


CLAIMS = (
    Claim(
        "latent_explorer/labs/compare/metrics_table.py", "A plain model never learnt to put codes there.",
        "spread of a dimension of its codes; 1 in the prior",
        lambda: above(float(model("mnist-ae").latents.std(axis=0).mean()), 2),
    ),
    Claim(
        "latent_explorer/labs/compress/lab.py",
        "Few bytes: JPEG falls apart, the code still shows its subject. Many: JPEG keeps improving, the code cannot.",
        "PSNR of the digits, codes less the smallest JPEG; best JPEG less the best codes", check_compression, slow=True,
    ),
    Claim(
        "latent_explorer/labs/denoise/lab.py", "noise moves its code less",
        "way of the code in sample gaps and error, over those of mnist-ae", check_denoising,
    ),
    Claim(
        "latent_explorer/labs/generate/view.py", "noise, led to the data in 50 steps", "steps of the sampling",
        lambda: equal(diffusion.SAMPLING_STEPS, 50),
    ),
    Claim(
        "latent_explorer/labs/interpolate/lab.py", "pixels fade into two ghosts. Do latents make one picture?",
        "judge half-way between two classes, codes over pixels",
        lambda: above(measure_mixed("codes") / max(measure_mixed("pixels"), 1e-3), 5),
    ),
    Claim(
        "latent_explorer/labs/learn/view.py", "is trained on 1,438 digits", "images of the training",
        lambda: equal(len(load_digits().train.images), 1438),
    ),
    Claim(
        "latent_explorer/scene/map_layers.py", "On a map true to scale all would be of one colour.",
        "local scale of the 1s over the 2s", lambda: below(measure_stretch_ratio(), 0.6),
    ),
    Claim(
        "latent_explorer/scene/new_map_form.py", "PCA looks along the directions in which the latents vary most",
        "variance along the axes over the largest there is", lambda: above(measure_axes_share(), 0.999),
    ),
    *(
        Claim("latent_explorer/labs/explore/explanation.py", text, "error at the dots; steps over Delaunay's",
              lambda one=method, a=exact, b=calm: check_inverse(one, exact=a, calm=b), slow=True,
              takes_minutes=method == "nninv")
        for method, text, exact, calm in (
            ("nearest", "Nearest dot: its own latent. Exact, and a mosaic", True, False),
            ("distance", "the nearer the heavier. Exact at the dots", True, True),
            ("gaussian", "Calmer, and no longer exact at the dots.", False, True),
            ("mls", "Calm, and less faithful.", False, True),
            ("rbf", "Exact, and wild between them.", True, False),
            ("nninv", "Calm, and far from the samples.", False, True),
        )
    ),
)  # fmt: skip
