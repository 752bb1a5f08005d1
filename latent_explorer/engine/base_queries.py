"""How each request is answered: map position to latent, latent to picture. Knows no window.

A topic of its own has a module of its own, with its requests, its values and their answers, and a line here for each.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import explain_query, latent_edit_query, user_image_query
from latent_explorer.engine.decode import label_shares, pictures
from latent_explorer.engine.load_originals import load_originals
from latent_explorer.engine.query import (
    Between,
    BetweenValue,
    Codes,
    CodesValue,
    Generation,
    GenerationValue,
    Interpolation,
    Links,
    LinksValue,
    Point,
    PointValue,
    Posterior,
    PosteriorValue,
    Reasons,
    ReasonsValue,
    Request,
    RoundTrip,
    RoundTripValue,
    Sample,
    StripValue,
    Trace,
    Value,
    Variants,
)
from latent_explorer.engine.query_context import Desk, Originals
from latent_explorer.engine.sample_query import answer_sample
from latent_explorer.errors import InputError
from latent_explorer.labs.anomaly import queries
from latent_explorer.labs.arithmetic import queries as arithmetic
from latent_explorer.labs.cluster import queries as clusters
from latent_explorer.labs.compare import queries as story
from latent_explorer.labs.compress import queries as compress
from latent_explorer.labs.denoise import queries as denoise
from latent_explorer.labs.explore import traversals
from latent_explorer.labs.generate import queries as generate
from latent_explorer.labs.interpolate import queries as interpolation
from latent_explorer.labs.learn import queries as film

__all__ = ["ANSWERS", "answer", "code", "load_originals", "pictures"]


def answer(request: Request, checkpoints: Mapping[str, Checkpoint], originals: Originals) -> Value:
    """Raises whatever goes wrong; the engine turns it into a `Failure`."""
    return ANSWERS[type(request)](request, Desk(checkpoints, originals))


def code(checkpoint: Checkpoint, z: Floats, dot: int) -> Floats:
    """What a picture is decoded from: a latent (d,), and for a conditional model the shares (K,) of its labels."""
    return np.concatenate([z, label_shares(checkpoint, np.array([dot]))[0]]) if checkpoint.conditional else z


# -- one by one ---------------------------------------------------------------------------------------


def _point(request: Point, desk: Desk) -> PointValue:
    checkpoint = desk.checkpoint(request.model)
    atlas = checkpoint.maps[request.which]
    xy = np.asarray([request.xy], np.float32)
    z = atlas.inverse_transform(xy, request.resolution, method=request.method)
    distance, dot = atlas.nearest(xy)
    return PointValue(
        z=z[0],
        picture=pictures(checkpoint, z, label_shares(checkpoint, dot))[0],
        dot=int(dot[0]),
        map_gaps=float(distance[0]) / atlas.gap,
        latent_gaps=checkpoint.neighbours.distance(z[0]) / checkpoint.neighbours.gap,
        agreement=explain_query.agreement(checkpoint, request.which, request.xy, request.resolution),
    )


def _interpolation(request: Interpolation, desk: Desk) -> StripValue:
    checkpoint = desk.checkpoint(request.model)
    share = np.linspace(0, 1, request.steps, dtype=np.float32)[:, None]
    line = (1 - share) * checkpoint.latents[request.start] + share * checkpoint.latents[request.end]
    first, last = label_shares(checkpoint, np.array([request.start, request.end]))
    return StripValue(pictures(checkpoint, line, (1 - share) * first + share * last))


def _trace(request: Trace, desk: Desk) -> StripValue:
    checkpoint = desk.checkpoint(request.model)
    atlas, xy = checkpoint.maps[request.which], np.asarray(request.positions, np.float32)
    z = atlas.inverse_transform(xy, request.resolution)
    return StripValue(pictures(checkpoint, z, label_shares(checkpoint, atlas.nearest(xy)[1])))


def _variants(request: Variants, desk: Desk) -> StripValue:
    checkpoint = desk.checkpoint(request.model)
    z = checkpoint.maps[request.which].inverse_transform(np.asarray([request.xy], np.float32), request.resolution)
    every = np.eye(len(checkpoint.class_names), dtype=np.float32)[: request.count]
    return StripValue(pictures(checkpoint, np.repeat(z, len(every), axis=0), every))


def _between(request: Between, desk: Desk) -> BetweenValue:
    checkpoint = desk.checkpoint(request.model)
    z, shares = np.split(request.code, [checkpoint.latents.shape[1]])
    every = np.eye(len(shares), dtype=np.float32)[: request.variants]  # (V, K)
    decoded = pictures(checkpoint, np.repeat(z[None], 1 + len(every), axis=0), np.concatenate([shares[None], every]))
    return BetweenValue(z, decoded[0], decoded[1:])


def _generation(request: Generation, desk: Desk) -> GenerationValue:
    checkpoint = desk.checkpoint(request.model)
    way = checkpoint.generate(1, seed=request.seed)[:, 0]
    some = np.linspace(0, len(way) - 1, request.steps).round().astype(int)
    xy = checkpoint.maps[request.which].transform(way)
    return GenerationValue(pictures(checkpoint, way[some]), request.seed, tuple((float(x), float(y)) for x, y in xy))


def _codes(request: Codes, desk: Desk) -> CodesValue:
    checkpoint = desk.checkpoint(request.model)
    if checkpoint.codebook is None:
        raise InputError(f"{checkpoint.name} has no codebook")
    z, dots = checkpoint.codebook.placed(request.part - 1)
    return CodesValue(request.part, pictures(checkpoint, z), dots)


def _reasons(request: Reasons, desk: Desk) -> ReasonsValue:
    checkpoint = desk.checkpoint(request.model)
    dots, shares = explain_query.reasons(request, checkpoint)
    shown = pictures(checkpoint, checkpoint.latents[dots], label_shares(checkpoint, dots)) if len(dots) else ()
    return ReasonsValue(request.nearest, dots, shares, shown)


def _round_trip(request: RoundTrip, desk: Desk) -> RoundTripValue:
    return explain_query.round_trip(request, desk.checkpoint(request.model))


def _posterior(request: Posterior, desk: Desk) -> PosteriorValue:
    image, _ = desk.original(request.model, request.dot)
    return explain_query.posterior(request, desk.checkpoint(request.model), image)


def _links(request: Links, desk: Desk) -> LinksValue:
    return LinksValue(desk.checkpoint(request.model).neighbours.links)


ANSWERS: dict[type[Request], Callable[[Any, Desk], Value]] = {
    Point: _point,
    Sample: answer_sample,
    Interpolation: _interpolation,
    Trace: _trace,
    Variants: _variants,
    Between: _between,
    Generation: _generation,
    Codes: _codes,
    Reasons: _reasons,
    RoundTrip: _round_trip,
    Posterior: _posterior,
    Links: _links,
    user_image_query.Near: user_image_query.answer_near,
    user_image_query.Placed: user_image_query.answer_placed,
    user_image_query.Usual: user_image_query.answer_usual,
    interpolation.Way: interpolation.answer_way,
    interpolation.DataWay: interpolation.answer_way,
    interpolation.Fade: interpolation.answer_fade,
    interpolation.Route: interpolation.answer_route,
    arithmetic.Equation: arithmetic.answer_equation,
    arithmetic.Whereabouts: arithmetic.answer_whereabouts,
    arithmetic.Separation: arithmetic.answer_separation,
    arithmetic.Moved: arithmetic.answer_moved,
    clusters.Clustering: clusters.answer_clustering,
    clusters.Radius: clusters.answer_radius,
    generate.Wall: generate.answer_wall,
    generate.Way: generate.answer_way,
    denoise.Cleaning: denoise.answer_cleaning,
    denoise.Curve: denoise.answer_curve,
    queries.Normal: queries.answer_normal,
    queries.DotErrors: queries.answer_dots,
    queries.Score: queries.answer_score,
    queries.Row: queries.answer_row,
    compress.Rates: compress.answer_rates,
    compress.Codecs: compress.answer_codecs,
    compress.Coded: compress.answer_coded,
    compress.Squeezed: compress.answer_squeezed,
    film.MomentPoint: film.answer_point,
    film.MomentRow: film.answer_row,
    film.Samples: film.answer_samples,
    film.Curves: film.answer_curves,
    latent_edit_query.Moved: latent_edit_query.answer_moved,
    traversals.Films: traversals.answer_films,
    story.Account: story.answer_account,
    story.Way: _interpolation,
    story.Along: story.answer_along,
    film.Keep: film.answer_keep,
}
