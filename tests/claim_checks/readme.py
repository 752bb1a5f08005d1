"""What README.md and its page of figures claim of models, maps and data, but for speeds and unshipped trainings."""

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from latent_explorer import config
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.data import datasets
from latent_explorer.labs.compare.metrics_table import MIN_SHARE_DIFFERENCE
from latent_explorer.labs.compare.queries import PICTURE_COUNT
from tests.benchmarks import hybrids, inverse, reader
from tests.claim_checks import held_out
from tests.claim_checks.claim import (
    Claim,
    Found,
    above,
    below,
    between,
    draw_pairs,
    equal,
    every,
    model,
    near,
    pass_share,
    shares,
)  # fmt: skip
from tests.claim_checks.lessons import check_same_but_objective

ROOT = Path(__file__).parents[2]
PLACE = "README.md"
FIGURES = "docs/figures.md"
LEFT_AND_RIGHT, ABOVE_AND_BELOW = "halves, left and right", "halves, above and below"
SHIPPED = sorted(path.stem for path in (ROOT / "checkpoints").glob("*.safetensors"))


@lru_cache(maxsize=1)
def read_tables() -> dict[str, list[list[str]]]:
    """Return the rows of both pages' tables whose first cell is a shipped checkpoint, by it."""
    rows: dict[str, list[list[str]]] = {}
    for line in "\n".join((ROOT / place).read_text("utf-8") for place in (FIGURES, PLACE)).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0].strip("`") in SHIPPED:
            rows.setdefault(cells[0].strip("`"), []).append(cells[1:])
    return rows


def list_percents(cells: list[str]) -> list[float]:
    return [float(cell.strip("%")) / 100 for cell in cells]


def check_checkpoint(name: str) -> Found:
    """Check a row of the table of checkpoints against the file: latent size, error, ELBO, accuracy, megabytes."""
    checkpoint, row = model(name), next(row for row in read_tables()[name] if row[-1].endswith("MB"))
    test = checkpoint.metrics["test"]
    size = (ROOT / "checkpoints" / f"{name}.safetensors").stat().st_size / 1e6
    found = [
        equal(int(row[1]), checkpoint.latent_dim), near(test["mse"], float(row[2]), 0.00006),
        near(size, float(row[5].removesuffix(" MB")), 0.051),
    ]  # fmt: skip
    if row[3]:
        found.append(near(test["neg_elbo"], float(row[3]), 0.06))
    if row[4]:
        found.append(near(test["knn_accuracy"], float(row[4]), 0.0006))
    return every(*found)


def check_preset(name: str) -> Found:
    """Check that the config in a file is that of its preset; precision and compilation depend on the machine."""
    found, preset = model(name).config, config.load(name)
    machine = {"precision": preset.training.precision, "compile": preset.training.compile}
    alike = replace(
        found, description="", training=replace(found.training, **machine),
        objective=replace(found.objective, classes=preset.objective.classes),  # counted in the data
        data=replace(found.data, curves=preset.data.curves, columns=preset.data.columns),  # read from the data
        map=replace(found.map, perplexity=preset.map.perplexity),  # as large as the dots allow, at most the usual one
    )  # fmt: skip
    return equal(alike == replace(preset, description=""), True)


def check_judge_row(name: str) -> Found:
    """Check a row of the judge's table: copies within two points, since they are of samples drawn at random."""
    said = list_percents(next(row for row in read_tables()[name] if row[-1].endswith("%")))
    z, found = model(name).latents[::5], shares(name)
    told = [pass_share(model(name).decode(z)), found.near, found.apart, found.drawn]
    return every(*(near(a, b, 0.021 if i == 0 else 0.0051) for i, (a, b) in enumerate(zip(told, said, strict=True))))


def measure_hybrids(name: str) -> float:
    a, b = draw_pairs(name, 2000)
    return pass_share(model(name).decode((a + b) / 2))


def check_real_pictures() -> Found:
    images, labels = held_out.load_images().numpy(), held_out.load_labels()
    whole, eight, one = (pass_share(images[chosen]) for chosen in (labels >= 0, labels == 8, labels == 1))
    return every(near(whole, 0.910, 0.002), near(eight, 0.856, 0.002), near(one, 0.951, 0.002))


def check_hybrids_and_noise() -> Found:
    made = hybrids.make_hybrids(held_out.load_images().numpy(), held_out.load_labels())
    noise = np.random.default_rng(0).random((1000, 1, 28, 28))
    said = {"laid over, mean": 0.004, "laid over, brighter": 0.018, LEFT_AND_RIGHT: 0.021, ABOVE_AND_BELOW: 0.028}
    found = [near(pass_share(made[kind]), share, 0.002) for kind, share in said.items()]
    return every(*found, equal(pass_share(noise), 0.0))


@lru_cache(maxsize=1)
def train_doubtful_reader() -> hybrids.DoubtfulReader:
    data = datasets.load(model("mnist-vae").config.data, download=False)
    return hybrids.DoubtfulReader(data.train.images, data.train.labels, held_out.load_images().numpy())


def check_digits() -> Found:
    checkpoint = model("digits-vae")
    data = datasets.load(checkpoint.config.data, seed=checkpoint.config.training.seed).test
    images = datasets.to_floats(data.images).numpy()
    labels, judge = data.labels.numpy(), checkpoint.require_judge()
    made = hybrids.make_hybrids(images, labels)
    shown = (
        (images, 0.92), (images[labels == 8], 0.75), (images[labels == 9], 0.83), (made["laid over, brighter"], 0.02),
        (made[LEFT_AND_RIGHT], 0.05), (made[ABOVE_AND_BELOW], 0.06),
        (checkpoint.decode(checkpoint.latents[::5]), 0.65), (hybrids.decode_middles(checkpoint), 0.09),
    )  # fmt: skip

    def pass_digits(pictures: np.ndarray) -> float:
        return float((judge.compute_plausibility(pictures) >= USUAL_SHARE).mean())

    others = min(pass_digits(images[labels == one]) for one in range(8))
    noise = pass_digits(np.random.default_rng(0).random((1000, 1, 8, 8)))
    found = [near(pass_digits(one), said, 0.01) for one, said in shown]
    return every(*found, above(others, 0.895), equal(noise, 0.0))


def read_middles(name: str) -> tuple[float, float]:
    """Return the share of decoded middles that can be read, and the share of the others that the judge passes."""
    pictures = hybrids.decode_middles(model(name))
    read = train_doubtful_reader().can_read(pictures)
    return float(read.mean()), pass_share(pictures[~read])


@lru_cache(maxsize=2)
def measure_inverses(name: str) -> dict[str, tuple[float, float]]:
    """Return held-out error and step of some ways back, over those of Delaunay."""
    bench = inverse.Bench(model(name), "tsne", "opentsne")
    ways = inverse.ways(bench.atlas)
    chosen = (
        "delaunay",
        "nearest",
        "distance",
        "gaussian",
        "field, exact",
        "field, zoomed 16 times",
        "field, whole map",
    )
    rows = {way: bench.measure(way, ways[way]) for way in chosen}
    first = rows["delaunay"]
    return {way: (row.held_out / first.held_out, row.step / first.step) for way, row in rows.items()}


def check_inverses(name: str, said: dict[str, tuple[float, float]]) -> Found:
    found = measure_inverses(name)
    return every(
        *(every(near(found[way][0], said[way][0], 0.01), near(found[way][1] / said[way][1], 1, 0.05)) for way in said)
    )


def check_denoising() -> Found:
    noisy = [
        *held_out.compare_errors("mnist-denoising", "gaussian", 0.1, 0.2, 0.4, 0.6),
        *held_out.compare_errors("mnist-denoising", "salt_and_pepper", 0.05, 0.1, 0.2, 0.3),
    ]
    return between(noisy, 0.19, 0.41)


def check_exact_at_dots() -> Found:
    atlas = model("mnist-vae").atlas
    return below(float(np.abs(atlas.inverse_transform(atlas.xy[::50]) - atlas.latents[::50]).max()), 1e-4)


def check_code_size() -> Found:
    book = model("mnist-quantised").codebook
    assert book is not None
    parts, entries = book.part_count, len(book.table)
    return equal((parts, entries, round(parts * float(np.log2(entries)) / 8)), (8, 128, 7))


def check_frechet() -> Found:
    found = reader.measure_frechet_distances()
    return every(
        near(found["diffusion"], 7.6, 0.8), near(found["prior"], 102, 10), near(found["training digits"], 1.8, 0.2)
    )


CLAIMS = (
    Claim(PLACE, "Twenty-eight trained models ship", "files in checkpoints/", lambda: equal(len(SHIPPED), 28)),
    *(
        Claim(FIGURES, f"| `{name}` |", "metrics in the file", lambda name=name: check_checkpoint(name))
        for name in SHIPPED
    ),
    *(
        Claim(FIGURES, "Each shipped checkpoint is what `python train.py NAME` wrote", f"config of {name}",
              lambda name=name: check_preset(name))
        for name in SHIPPED
    ),
    Claim(
        FIGURES, "a perfect copy of MNIST alone costs 45.5 nats", "entropy of the grey values",
        lambda: near(held_out.measure_entropy(), 45.5, 0.05), needs_mnist=True,
    ),
    Claim(FIGURES, "`mnist-ae` and `mnist-vae` differ in their objective alone", "configs", check_same_but_objective),
    Claim(
        FIGURES, "and so do `mnist-cnn-ae` and `mnist-cnn-vae`", "configs",
        lambda: check_same_but_objective(("mnist-cnn-ae", "mnist-cnn-vae")),
    ),
    Claim(
        FIGURES, "`mnist-cnn-ae`, `mnist-cnn-vae`, `faces-ae` and `faces-vae` ask for bfloat16", "configs",
        lambda: equal(
            {name for name in SHIPPED if model(name).config.training.precision == "bfloat16"},
            {"mnist-cnn-ae", "mnist-cnn-vae", "faces-ae", "faces-vae"},
        ),
    ),
    Claim(
        FIGURES, "has 1/5 to 2/5 of its error with gaussian noise of 0.1 to 0.6", "errors over those of mnist-ae",
        check_denoising, needs_mnist=True,
    ),
    Claim(
        FIGURES, "Where 5 to 50% are masked its error is the larger one, by 7 to 33%", "errors over those of mnist-ae",
        lambda: between(
            held_out.compare_errors("mnist-denoising", "masking", 0.05, 0.1, 0.25, 0.5), 1.065, 1.34
        ),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "so it is without noise", "error over that of mnist-ae",
        lambda: above(held_out.measure_error("mnist-denoising") / held_out.measure_error("mnist-ae"), 1),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "`mnist-robust` has 2/3 to 3/4 of its error where 5 to 20%", "errors over those of mnist-ae",
        lambda: between(held_out.compare_errors("mnist-robust", "salt_and_pepper", 0.05, 0.1, 0.2), 0.64, 0.77),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "a picture uses 17 of its 64 units, 23 of which no picture uses; in `mnist-ae` it uses 23 of 32",
        "units above a tenth of their largest activation",
        lambda: every(
            near(held_out.count_units("mnist-sparse")[0], 17, 0.7), equal(held_out.count_units("mnist-sparse")[1], 23),
            near(held_out.count_units("mnist-ae")[0], 23, 0.7),
        ),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "the slope of the encoder, over the spread of its codes, is a quarter", "Jacobians over the spread",
        lambda: near(held_out.measure_slope("mnist-contractive") / held_out.measure_slope("mnist-ae"), 0.25, 0.03),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "in `mnist-denoising`, by noise alone, a fifth", "Jacobians over the spread",
        lambda: near(held_out.measure_slope("mnist-denoising") / held_out.measure_slope("mnist-ae"), 0.2, 0.03),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "the codes lie where the prior does (MMD 0.02). Those of `mnist-ae` do not (1.8)", "MMD",
        lambda: every(
            near(held_out.measure_mmd("mnist-wasserstein"), 0.02, 0.006),
            near(held_out.measure_mmd("mnist-ae"), 1.8, 0.06),
        ),
        needs_mnist=True,
    ),
    Claim(
        FIGURES, "centred and scaled to it, they are at 0.02, too", "MMD",
        lambda: near(held_out.measure_mmd("mnist-ae", standardised=True), 0.02, 0.005), needs_mnist=True,
    ),
    Claim(
        FIGURES, "tells codes from the prior 68 times in 100", "accuracy in the file",
        lambda: near(model("mnist-adversarial").metrics["test"]["discriminator_accuracy"], 0.68, 0.0051),
    ),
    Claim(FIGURES, "in 7 bytes: 8 parts, each one of 128 codes", "codes of the samples", check_code_size),
    Claim(
        FIGURES, "perplexity 110 over all parts", "perplexity in the file",
        lambda: near(model("mnist-quantised").metrics["test"]["codebook_perplexity"], 110, 0.51),
    ),
    Claim(
        FIGURES, "are read as that label 94 times in 100", "classifier of tests/benchmarks/reader.py",
        lambda: near(reader.measure_label_share(), 0.94, 0.015), needs_mnist=True, takes_minutes=True,
    ),
    Claim(
        FIGURES, "by a small classifier that is right on 99 of 100 real ones", "the same",
        lambda: near(reader.measure_accuracy(), 0.99, 0.006), needs_mnist=True, takes_minutes=True,
    ),
    Claim(
        FIGURES, "7.6; of samples of its prior 102, of training digits 1.8", "the same", check_frechet,
        needs_mnist=True, takes_minutes=True,
    ),
    Claim(
        FIGURES, "| **here**, the whole map | 1.095 | 0.014 | 0.18 |", "tests/benchmarks/inverse.py on mnist-vae",
        lambda: check_inverses(
            "mnist-vae",
            {"nearest": (1.049, 2.88), "distance": (1.003, 0.82), "gaussian": (1.185, 0.50),
             "field, exact": (1.008, 0.64), "field, zoomed 16 times": (1.009, 0.61), "field, whole map": (1.095, 0.18)},
        ),
        needs_mnist=True, takes_minutes=True,
    ),
    Claim(
        FIGURES, "For `mnist-ae` the last three are 0.986, 0.986 and 1.026, with steps of 0.56, 0.54 and 0.16",
        "tests/benchmarks/inverse.py on mnist-ae",
        lambda: check_inverses(
            "mnist-ae",
            {"field, exact": (0.986, 0.56), "field, zoomed 16 times": (0.986, 0.54), "field, whole map": (1.026, 0.16)},
        ),
        needs_mnist=True, takes_minutes=True,
    ),
    Claim(PLACE, "back: exact at the dots", "latents of the dots and back", check_exact_at_dots),
    Claim(
        PLACE, "real ones 91.0%, from 85.6% (8) to 95.1% (1)", "judge on the held-out images", check_real_pictures,
        needs_mnist=True, slow=True,
    ),
    Claim(
        PLACE, "mixed in their pixels 0.4%, the brighter of both 1.8%, left and right halves 2.1%, upper and lower "
        "halves 2.8%", "judge on 2,000 of each, and on noise", check_hybrids_and_noise, needs_mnist=True, slow=True,
    ),
    *(
        Claim(PLACE, f"| `{name}` |", f"judge on {name}",
              lambda name=name: check_judge_row(name), slow=True)
        for name in ("mnist-ae", "mnist-vae", "mnist-cnn-ae", "mnist-cnn-vae")
    ),
    Claim(
        PLACE, "So between neighbours both kinds do well", "the least share of the four models",
        lambda: above(min(shares(name).near for name in ("mnist-ae", "mnist-vae")), 0.75),
    ),
    Claim(
        PLACE, "of 400 pictures by 7 points (two standard errors)", "binomial, at a half",
        lambda: every(
            near(2 * (2 * 0.25 / PICTURE_COUNT) ** 0.5, 0.07, 0.002),
            equal((PICTURE_COUNT, MIN_SHARE_DIFFERENCE), (400, 0.1)),
        ),
    ),
    Claim(
        PLACE, "of `mnist-cnn-vae`'s pictures there the judge passes 14%", "judge on 2,000",
        lambda: near(measure_hybrids("mnist-cnn-vae"), 0.14, 0.02), slow=True,
    ),
    Claim(
        PLACE, "can read 44% of them as surely as 95 of 100 real ones; of the others the judge passes 7%, "
        "of `mnist-ae`'s 1%",
        "tests/benchmarks/hybrids.py",
        lambda: every(
            near(read_middles("mnist-cnn-vae")[0], 0.44, 0.04), near(read_middles("mnist-cnn-vae")[1], 0.067, 0.015),
            near(read_middles("mnist-ae")[1], 0.01, 0.006),
        ),
        needs_mnist=True, takes_minutes=True,
    ),
    Claim(
        PLACE, "judge passes 92%, of the brighter of two 2%, of left and right halves 5%, of upper and lower halves "
        "6%; noise never. It passes 83% of the 9 and 75% of the 8, of each other class at least 90%",
        "judge on held-out digits and 2,000 of each", check_digits,
    ),
)  # fmt: skip


def list_unclaimed_figures(claimed: list[str]) -> list[str]:
    """Return the lines of "What each is for" with a figure that no claim holds."""
    text = (ROOT / FIGURES).read_text("utf-8")
    start = text.index("What each is for")
    entries = re.split(r"\n- ", text[start : text.index("\n## ", start + 1)])[1:]
    return [
        one
        for one in entries
        if re.search(r"\d%|\d/\d|\d\.\d", one) and not any(c in " ".join(one.split()) for c in claimed)
    ]
