"""Claims of the lesson about factors, and of the page on data about what a VAE of drawn faces learnt of them."""

from dataclasses import replace
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
FACE = (0.21777, 0.30539)
"""Place of the face that the pages look at."""
WIDTH, BEND, PENALTY = 4000, 0.01, 0.1
"""Of the kernel regression: codes that it is fitted to, of its Gaussian kernel, of its squared weights."""
NEARLY_SHUT = 0.2
"""Mouth opening below which a fifth of the faces lie."""


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


def fit_line_of_shut_mouths() -> tuple[float, float]:
    """Return R² of the smile of new faces with mouths that are nearly shut: by the probe of all faces, and by one of
    such faces alone."""
    factors, new = draw_new_faces()
    smile, opening = (model(MODEL).attributes[name] for name in ("smile", "mouth opening"))
    shut, newly_shut = opening.values < NEARLY_SHUT, factors["mouth_opening"] < NEARLY_SHUT
    own = attribute_probe.fit(model(MODEL).latents[shut], replace(smile, values=smile.values[shut]))
    probes = find_probes(context(MODEL), MODEL)["smile"], own
    true = factors["smile"][newly_shut]
    errors = [np.square(one.read(new[newly_shut])[:, 0] - true).mean() for one in probes if one is not None]
    general, special = (1 - float(error) / true.var() for error in errors)
    return general, special


def fit_turning_line(*names: str) -> float:
    """Return R² of the smile of new faces by a line whose slope is linear in other factors."""
    factors, new = draw_new_faces()
    attributes = model(MODEL).attributes
    mean, spread = model(MODEL).latents.mean(axis=0), model(MODEL).latents.std(axis=0)

    def multiply(codes: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
        plain = np.column_stack([(codes - mean) / spread, np.ones(len(codes))]).astype(np.float64)
        scaled = [(one - np.mean(attributes[name].values)) / np.std(attributes[name].values)
                  for name, one in zip(names, others, strict=True)]  # fmt: skip
        return np.concatenate([plain, *(plain * one[:, None] for one in scaled)], axis=1)

    seen = multiply(model(MODEL).latents, [attributes[name].values for name in names])
    weights = np.linalg.lstsq(seen, attributes["smile"].values.astype(np.float64), rcond=None)[0]
    unseen = multiply(new, [factors[name.replace(" ", "_")] for name in names])
    return 1 - float(np.square(unseen @ weights - factors["smile"]).mean() / factors["smile"].var())


def compare_smiles(name: str, low: float, high: float) -> float:
    """Return the mean cosine between what a smile changes in the pixels at two values of another factor."""
    factors, changes = faces.sample(100, 5), []
    for value in (low, high):
        held = {**factors, name: np.full(100, value)}
        less, more = (faces.draw({**held, "smile": np.full(100, smile)}, 64) / 255.0 for smile in (-0.5, 0.5))
        changes.append((more - less).reshape(100, -1))
    one, other = (change / np.linalg.norm(change, axis=1, keepdims=True) for change in changes)
    return float((one * other).sum(axis=1).mean())


@lru_cache(maxsize=1)
def move_by_z13() -> np.ndarray:
    """Return the codes of both ends of the pictures below the table, decoded and encoded again."""
    row = get_table().names.index("nod")
    value = Traversal(MODEL, find_dot(*FACE, MODEL), Cell(MODEL, row, row)).answer(context(MODEL))
    assert value is not None
    assert value.dimension == 12
    ends = np.stack([value.pictures[0], value.pictures[-1]]).transpose(0, 3, 1, 2).astype(np.float32) / 255
    return model(MODEL).encode(ends)


def read_ends(name: str) -> list[float]:
    """Return what the probe reads of both ends: a number in standard deviations, or the probability of yes."""
    probe = find_probes(context(MODEL), MODEL)[name]
    assert probe is not None
    return [float(one) for one in probe.read(move_by_z13())[:, -1] / probe.spread]


def find_glasses() -> float:
    """Return the share of new faces of which the probe tells whether there are glasses."""
    factors, new = draw_new_faces()
    probe = find_probes(context(MODEL), MODEL)["glasses"]
    assert probe is not None
    return float((probe.read(new).argmax(axis=1) == factors["glasses"]).mean())


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
        "factors", "The 15 dots around a dot say more than nine tenths of it", "R² by the dots around",
        lambda: above(explain_by_neighbours("head turn"), 0.9),
    ),
    Claim(
        "factors", "Of the face width they tell R² 0.78", "R² by the dots around",
        lambda: near(explain_by_neighbours("face width"), 0.78, 0.005),
    ),
    Claim(
        "factors", "of the smile 0.2", "R² by the dots around",
        lambda: near(explain_by_neighbours("smile"), 0.2, 0.05),
    ),
    Claim(
        "factors", "20,000 faces were drawn for the training", "training images",
        lambda: equal(model(MODEL).made_by["train_images"], 20_000),
    ),
    Claim(
        "factors", "by the probes head turn and nod move by at most two degrees", "what the shift says",
        lambda: between(list_moves("head turn", "nod"), -2, 2),
    ),
    Claim(
        "factors", "eyes and background stay as they were", "what the shift says",
        lambda: every(between(list_moves("eye size"), -0.05, 0.05), between(list_moves("background hue"), -2, 2)),
    ),
    Claim("factors", "A code here is 32 numbers", "latent dimensions", lambda: equal(model(MODEL).latent_dim, 32)),
    Claim(
        "factors",
        "The skin and the hair get lighter, the background changes its colour, the eyes grow, the mouth opens and the "
        "head nods",
        "probes at both ends, in standard deviations",
        lambda: every(
            *(
                above(float(np.diff(read_ends(name))[0]), 0.9)
                for name in ("hair colour", "background hue", "eye size", "mouth opening", "nod")
            ),
            below(float(np.diff(read_ends("skin tone"))[0]), -1),
        ),
    ),
    Claim(
        "factors", "The largest is only 22%", "largest share of the entropy",
        lambda: near(float(np.nanmax(get_table().shares)), 0.22, 0.005),
    ),
    Claim(
        "factors", "Which figure is the highest", "informativeness over all others",
        lambda: above(
            (scores := ScoresQuery(MODEL).answer(context(MODEL))).dci.informativeness,
            max(scores.sap, get_table().gap, *scores.dci.as_tuple[:2]),
        ),
    ),
    Claim(
        "factors", "small trees read more than three quarters of the factors' variation", "informativeness",
        lambda: near(ScoresQuery(MODEL).answer(context(MODEL)).dci.informativeness, 0.79, 0.0051),
    ),
    Claim(
        "factors", "the fifteen factors themselves as a code: MIG 1.00", "MIG of the factors",
        lambda: above(measure_gap(make_factor_code(rotated=False)), 0.995),
    ),
    Claim(
        "factors", "Rotate it, so that each number mixes all of them: 0.05", "MIG of the rotated factors",
        lambda: near(measure_gap(make_factor_code(rotated=True)), 0.05, 0.005),
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
        "factors", "tells of every one of 1,000 new faces whether there are glasses", "share of new faces",
        lambda: equal(find_glasses(), 1.0),
    ),
    Claim(
        "factors", "The best single number, z 12, tells 9% of it", "largest share of the entropy, its number",
        lambda: every(
            near(float(list_shares("glasses").max()), 0.09, 0.005),
            equal(int(get_table().dimensions[list_shares("glasses").argmax()]) + 1, 12),
        ),
    ),
    Claim(
        "factors", "One step along glasses, and the face wears them", "the probe before and after",
        lambda: equal(describe_change(shift_by_glasses().changes[0])[0], "no → yes"),
    ),
    Claim(
        "factors", "A straight line reads it from the code with R² 0.93", "held-out R² of the linear probe",
        lambda: near(measure_scores("smile")[0], 0.93, 0.005),
    ),
    Claim("factors", "gets 0.97 on new faces", "R² of the kernel regression", lambda: near(bend("smile"), 0.97, 0.005)),
    Claim(
        "factors", "The same smile changes other pixels when the head nods or the mouth opens", "cosine of the changes",
        lambda: below(max(compare_smiles("nod", -7, 7), compare_smiles("mouth_opening", 0.05, 0.95)), 0.3),
    ),
    Claim(
        "factors", "the line reads R² 0.84, a line fitted to such faces alone 0.94", "both, on new faces",
        lambda: every(*map(near, fit_line_of_shut_mouths(), (0.84, 0.94), (0.006, 0.006))),
    ),
    Claim(
        "factors", "A line that may turn with opening and nod reads 0.97 on new faces",
        "R²; and without opening and nod",
        lambda: every(near(fit_turning_line("mouth opening", "nod"), 0.97, 0.005), below(fit_turning_line(), 0.945)),
    ),
)  # fmt: skip
