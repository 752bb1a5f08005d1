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
def measure_inverse(method: str, name: str) -> float:
    """Return the error of the pictures of a way back at every twentieth dot."""
    checkpoint = model(name)
    again = checkpoint.decode(checkpoint.atlas.inverse_transform(checkpoint.atlas.xy[::20], method=method))
    return float(np.square(again - copies(name)[::20]).mean())


def check_inverse(method: str, *names: str, exact: bool) -> Found:
    """Check that a way back meets the dots of models or not."""
    errors = [measure_inverse(method, name) for name in names]
    return every(*(below(one, 1e-6) if exact else above(one, 1e-4) for one in errors))


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
        "Few bytes: the code comes nearer to the picture than JPEG. Many: JPEG keeps improving, the code cannot.",
        "PSNR of the digits, codes less the smallest JPEG; best JPEG less the best codes", check_compression, slow=True,
    ),
    Claim(
        "latent_explorer/labs/denoise/lab.py", "Whose code does noise move less, from C to N?",
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
        Claim("latent_explorer/labs/explore/explanation.py", text, "errors at the dots of mnist-vae and digits-vae",
              lambda one=method, a=exact: check_inverse(one, "mnist-vae", DIGITS, exact=a), slow=True)
        for method, text, exact in (
            ("nearest", "Nearest dot: its own latent. Exact, and a mosaic", True),
            ("distance", "the nearer the heavier. Exact at the dots", True),
            ("delaunay", "Delaunay: linear on triangles of dots. Exact", True),
            ("gaussian", "which is no longer exact at the dots", False),
            ("mls", "It meets none of them exactly", False),
            ("rbf", "Thin-plate spline: a sheet bent through 32 dots. Exact", True),
        )
    ),
    Claim(
        "latent_explorer/labs/explore/explanation.py", "It meets no dot exactly", "error at the dots of mnist-vae",
        lambda: check_inverse("nninv", "mnist-vae", exact=False), slow=True, takes_minutes=True,
    ),
)  # fmt: skip
