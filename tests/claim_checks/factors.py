"""Claims of the lesson about factors, and of the page on data about what a VAE of drawn faces learnt of them."""

from functools import lru_cache

import numpy as np

from latent_explorer.data import faces
from latent_explorer.data.attributes import Attribute
from latent_explorer.data.faces.factors import FACTORS, HELD_OUT_SEED
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey, find_probes
from latent_explorer.labs.arithmetic.attribute_queries import AttributeShift, AttributeShiftValue
from latent_explorer.labs.arithmetic.attribute_view import describe_change
from latent_explorer.labs.factors.factor_table import FactorTable, make_table
from latent_explorer.labs.factors.queries import Cell, ScoresQuery, Traversal
from latent_explorer.metrics import attribute_probe, mutual_information
from tests.claim_checks.claim import Claim, above, below, between, context, equal, every, find_dot, model, near

MODEL = "faces-vae"
FACE = (0.58500, 0.27577)
"""Place of the face that the pages look at."""
WIDTH, BEND, PENALTY = 4000, 0.01, 0.1
"""Of the kernel regression: codes that it is fitted to, of its Gaussian kernel, of its squared weights."""


@lru_cache(maxsize=1)
def get_table() -> FactorTable:
    return make_table(context(MODEL), MODEL)


def get_attributes() -> list[Attribute]:
    """Return the fifteen factors of the samples, of which the class is one."""
    return list(get_table().attributes)


def list_shares(name: str) -> np.ndarray:
    """Return what each number of the code tells of a factor, in the order of the columns."""
    return get_table().shares[get_table().names.index(name)]


def make_factor_code(rotated: bool) -> np.ndarray:
    """Return the factors themselves as a code (M, 15), each with variance 1; or rotated, by chance."""
    code = np.stack([one.values.astype(np.float64) for one in get_attributes()], axis=1)
    code = (code - code.mean(axis=0)) / code.std(axis=0)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((code.shape[1],) * 2))[0]
    return (code @ turn if rotated else code).astype(np.float32)


def measure_gap(code: np.ndarray) -> float:
    return mutual_information.compute_gap(mutual_information.measure_table(code, get_attributes()))


def measure_scores(*names: str) -> list[float]:
    """Return the held-out scores of the linear probes of the model's codes."""
    found = (find_probes(context(MODEL), MODEL)[name] for name in names)
    return [probe.score for probe in found if probe is not None]


def explain_by_place(name: str) -> float:
    """Return R² of an attribute by a linear regression on the place on the map."""
    xy, values = model(MODEL).atlas.xy, model(MODEL).attributes[name].values.astype(np.float64)
    across = np.column_stack([xy, np.ones(len(xy))])
    error = values - across @ np.linalg.lstsq(across, values, rcond=None)[0]
    return 1 - float(error.var() / values.var())


def explain_by_neighbours(name: str, count: int = 15) -> float:
    """Return R² of an attribute by its mean over the nearest dots on the map."""
    atlas, values = model(MODEL).atlas, model(MODEL).attributes[name].values.astype(np.float64)
    around = atlas.tree.query(atlas.xy, k=count + 1)[1][:, 1:]
    return 1 - float(np.square(values - values[around].mean(axis=1)).mean() / values.var())


@lru_cache(maxsize=1)
def draw_new_faces() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return the factors of 1,000 faces that were not trained on, and their codes."""
    factors = faces.sample(1000, HELD_OUT_SEED)
    return factors, model(MODEL).encode(np.divide(faces.draw(factors, 64), 255, dtype=np.float32))


@lru_cache(maxsize=1)
def bend_all() -> dict[str, float]:
    """Return R² of a kernel regression of each attribute on the codes, of new faces."""
    from sklearn.kernel_ridge import KernelRidge

    factors, new = draw_new_faces()
    latents = model(MODEL).latents
    names = [name for name in model(MODEL).attributes if name.replace(" ", "_") in factors]
    values = np.stack([model(MODEL).attributes[name].values.astype(np.float64) for name in names], axis=1)
    mean, spread, average = latents.mean(axis=0), latents.std(axis=0), values.mean(axis=0)
    reader = KernelRidge(kernel="rbf", gamma=BEND, alpha=PENALTY)
    reader.fit(((latents - mean) / spread)[:WIDTH], values[:WIDTH] - average)
    wanted = np.stack([factors[name.replace(" ", "_")] for name in names], axis=1) - average
    error = np.square(reader.predict((new - mean) / spread) - wanted).mean(axis=0) / wanted.var(axis=0)
    return dict(zip(names, (1 - error).tolist(), strict=True))


def bend(name: str) -> float:
    return bend_all()[name]


def measure_pixel_share(name: str) -> float:
    """Return the share of the pixels' variance that a factor makes when the others are held."""
    factors = faces.sample(400, 3)
    one, other = (faces.draw({**factors, name: faces.sample(400, seed)[name]}, 64) / 255.0 for seed in (3, 4))
    return float(np.square(one - other).mean(axis=0).sum() / 2 / one.var(axis=0).sum())


def move_by_z30(name: str) -> np.ndarray:
    """Return what the probe reads of both ends of the pictures below the table, decoded and encoded again."""
    row = get_table().names.index("background hue")
    value = Traversal(MODEL, find_dot(*FACE, MODEL), Cell(MODEL, row, row)).answer(context(MODEL))
    assert value is not None
    assert value.dimension == 29
    ends = np.stack([value.pictures[0], value.pictures[-1]]).transpose(0, 3, 1, 2).astype(np.float32) / 255
    probe = find_probes(context(MODEL), MODEL)[name]
    assert probe is not None
    return probe.read(model(MODEL).encode(ends))


def shift_by_glasses() -> AttributeShiftValue:
    key = AttributeKey("glasses", "yes")
    return AttributeShift(MODEL, key, Dot(find_dot(*FACE, MODEL)), 1.0, 0).answer(context(MODEL))


def list_moves(*names: str) -> list[float]:
    """Return by how much attributes move with one step along glasses, in their units."""
    texts = {one.name: describe_change(one)[0] for one in shift_by_glasses().changes}
    return [float(texts[name].rstrip("°").replace("−", "-")) for name in names]


def measure_chance_correlation() -> float:
    """Return the largest correlation of two factors of the training faces."""
    rows = np.stack([np.asarray(one, np.float64) for one in faces.sample(20_000, 0).values()])
    return float(np.abs(np.corrcoef(rows) - np.eye(len(rows))).max())


CLAIMS = (
    Claim(
        "factors", "from fifteen factors: head turn, hair, glasses, smile", "number of factors",
        lambda: equal(len(FACTORS), 15),
    ),
    Claim(
        "factors", "here each is chosen by chance alone", "largest correlation of two factors",
        lambda: below(measure_chance_correlation(), 0.03),
    ),
    Claim(
        "factors", "The model saw nothing but the pictures", "the objective takes no labels",
        lambda: equal((model(MODEL).conditional, model(MODEL).config.objective.name), (False, "variational")),
    ),
    Claim(
        "factors", "The place on the map says more than nine tenths of it", "R² by the place",
        lambda: above(explain_by_place("head turn"), 0.9),
    ),
    Claim(
        "factors", "The nod changes smoothly over the map, too", "R² by the dots around",
        lambda: above(explain_by_neighbours("nod"), 0.7),
    ),
    Claim(
        "factors", "The smile is in no order at all", "R² by the dots around",
        lambda: below(explain_by_neighbours("smile"), 0.02),
    ),
    Claim(
        "factors", "20,000 faces were drawn for the training", "training images",
        lambda: equal(model(MODEL).made_by["train_images"], 20_000),
    ),
    Claim(
        "factors", "by the probes head turn and nod move by less than a degree", "what the shift says",
        lambda: below(max(abs(move) for move in list_moves("head turn", "nod")), 1),
    ),
    Claim("factors", "A code here is 32 numbers", "latent dimensions", lambda: equal(model(MODEL).latent_dim, 32)),
    Claim(
        "factors", "The background, and at the low end the face wears glasses", "probes at both ends",
        lambda: every(
            above(abs(float(np.ptp(move_by_z30("background hue")))), 90),
            above(float(move_by_z30("glasses")[0, 1]), 0.9), below(float(move_by_z30("glasses")[1, 1]), 0.1),
        ),
    ),
    Claim(
        "factors", "The largest is only 14%", "largest share of the entropy",
        lambda: near(float(np.nanmax(get_table().shares)), 0.14, 0.005),
    ),
    Claim(
        "factors", "Which figure is the highest", "informativeness over all others",
        lambda: above(
            (scores := ScoresQuery(MODEL).answer(context(MODEL))).dci.informativeness,
            max(scores.sap, get_table().gap, *scores.dci.as_tuple[:2]),
        ),
    ),
    Claim(
        "factors", "small trees read more than half of the factors' variation", "informativeness",
        lambda: above(ScoresQuery(MODEL).answer(context(MODEL)).dci.informativeness, 0.5),
    ),
    Claim(
        "factors", "the fifteen factors themselves as a code: MIG 1.00", "MIG of the factors",
        lambda: above(measure_gap(make_factor_code(rotated=False)), 0.995),
    ),
    Claim(
        "factors", "Rotate it, so that each number mixes all of them: 0.04", "MIG of the rotated factors",
        lambda: near(measure_gap(make_factor_code(rotated=True)), 0.04, 0.005),
    ),
    Claim(
        "factors", "a weighted sum still gives each factor back", "least score of a linear probe",
        lambda: above(
            min(
                probe.skill for one in get_attributes()
                if (probe := attribute_probe.fit(make_factor_code(rotated=True), one)) is not None
            ),
            0.99,
        ),
    ),
    Claim(
        "factors", "tells for 99 of 100 new codes whether there are glasses", "held-out accuracy",
        lambda: above(measure_scores("glasses")[0], 0.99),
    ),
    Claim(
        "factors", "The best single number tells 12% of it", "largest share of the entropy",
        lambda: near(float(list_shares("glasses").max()), 0.12, 0.005),
    ),
    Claim(
        "factors", "One step along glasses, and the face wears them", "the probe before and after",
        lambda: equal(describe_change(shift_by_glasses().changes[0])[0], "no → yes"),
    ),
    Claim(
        "factors", "No straight line tells it: R² 0", "held-out R² of the linear probe",
        lambda: near(measure_scores("smile")[0], 0, 0.05),
    ),
    Claim("factors", "a kernel regression, gets 0.56 on new faces", "R²", lambda: near(bend("smile"), 0.56, 0.01)),
    Claim(
        "factors", "Of the brows both read nothing", "R² of both, at most",
        lambda: below(max(bend("brow tilt"), *measure_scores("brow tilt")), 0.02),
    ),
    Claim(
        "factors", "Why does it cost the model so little to leave out the brows?", "share of the pixels' variance",
        lambda: below(measure_pixel_share("brow_tilt"), 0.01),
    ),
    Claim(
        "docs/data.md", "(R² up to 0.12; of a kernel regression 0.56 to 0.82)", "both, of smile, mouth and eye size",
        lambda: every(
            below(max(measure_scores("smile", "mouth opening", "eye size")), 0.12),
            between([bend(name) for name in ("smile", "mouth opening", "eye size")], 0.555, 0.825),
        ),
    ),
    Claim(
        "docs/data.md", "the brows, less than a hundredth of the pixels' variance, it leaves out", "share, R² of both",
        lambda: every(
            below(measure_pixel_share("brow_tilt"), 0.01),
            below(max(bend("brow tilt"), *measure_scores("brow tilt")), 0.02),
        ),
    ),
    Claim(
        "docs/data.md", "hair, glasses and hat (98% and more)", "held-out accuracies",
        lambda: above(min(measure_scores("hair", "glasses", "hat")), 0.975),
    ),
)  # fmt: skip
