"""What a checkpoint says of itself: one line, and a small page for notebooks. The file may come from a stranger: every
text of it is escaped."""

import base64
import html
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import files, palette
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.trained_model import TrainedModel

WIDTH, HEIGHT = 320, 240
FINE = 2  # pixels drawn for one, so that edges are smooth
MOST_DOTS, MOST_CLASSES, LONGEST_TEXT = 5000, 12, 120


def make_line(checkpoint: TrainedModel) -> str:
    """Return the representation in one line."""
    facts = _collect_facts(checkpoint)
    known = "; ".join(f"{value}" if name != "maps" else f"maps {value}" for name, value in facts.items())
    return files.to_printable(f"<Checkpoint {checkpoint.name!r}: {known}>")


def make_html(checkpoint: TrainedModel) -> str:
    """Return the representation for notebooks: a table beside a small picture of the map."""
    rows = {"name": checkpoint.name, **_collect_facts(checkpoint)}
    made_by, figures = checkpoint.made_by, checkpoint.metrics.get("test", {})
    epochs = made_by.get("epochs")
    if not checkpoint.is_foreign:
        rows["training"] = ", ".join(filter(None, (made_by.get("preset"), f"{epochs} epochs" if epochs else "")))
    rows["held out"] = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
    cells = "".join(
        f'<tr><th style="text-align:left">{_escape(key)}</th><td style="text-align:left">{_escape(value)}</td></tr>'
        for key, value in rows.items()
        if value
    )
    picture = base64.b64encode(draw_map(checkpoint.atlas.xy, checkpoint.labels)).decode()
    return (
        '<div style="display:flex;gap:1em;align-items:flex-start;flex-wrap:wrap">'
        f'<div><img width="{WIDTH}" height="{HEIGHT}" alt="map of the latents" src="data:image/png;base64,{picture}">'
        f"{_make_legend(checkpoint.class_names)}</div><table>{cells}</table></div>"
    )


def draw_map(xy: Floats, labels: NDArray[np.integer[Any]]) -> bytes:
    """Return a small PNG picture of the dots (M, 2) in the colours of their labels (M,)."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (FINE * WIDTH, FINE * HEIGHT), "white")
    draw, side = ImageDraw.Draw(picture), FINE * min(WIDTH, HEIGHT)
    every = max(1, -(-len(xy) // MOST_DOTS))
    left, radius = (picture.width - side) / 2, FINE * (1.2 if len(xy) > 1000 else 2.0)
    places = np.clip(np.stack([left + side * xy[::every, 0], side * (1 - xy[::every, 1])], axis=1), -9e3, 9e3)
    for (x, y), label in zip(places.tolist(), labels[::every].tolist(), strict=True):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_get_colour(label))
    file = io.BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(file, format="PNG")
    return file.getvalue()


def _collect_facts(checkpoint: TrainedModel) -> dict[str, str]:
    config, count = checkpoint.config, len(checkpoint.latents)
    if config.model.network == "vectors":
        kept = (("texts", bool(checkpoint.kept.texts)), ("pictures", checkpoint.kept.pictures is not None))
        what = " and ".join(name for name, is_there in kept if is_there)
        return {
            "data": f"vectors with {what}" if what else "vectors",
            "latents": f"d={checkpoint.latent_dim}, {count:,} dots",
            "maps": ", ".join(checkpoint.maps),
        }  # fmt: skip
    return {
        "data": f"{config.data.name} {'x'.join(map(str, checkpoint.image_shape))}",
        "network": config.model.network,
        "objective": "unknown, a model from elsewhere" if checkpoint.is_foreign else config.objective.name,
        "latents": f"d={checkpoint.latent_dim}, {count:,} dots",
        "maps": ", ".join(checkpoint.maps),
    }


def _make_legend(names: tuple[str, ...]) -> str:
    chips = [f'<span style="color:{_get_colour(k)}">&#9679;</span> {_escape(name)}' for k, name in enumerate(names)]
    more = [f"and {len(chips) - MOST_CLASSES} more"] if len(chips) > MOST_CLASSES else []
    shown = "&ensp;".join([*chips[:MOST_CLASSES], *more])
    return f'<div style="max-width:{WIDTH}px">{shown}</div>'


def _get_colour(label: int) -> str:
    colours = palette.CLASS_COLOURS_ON_LIGHT
    return palette.UNLABELLED_ON_LIGHT if label < 0 else colours[label % len(colours)]


def _escape(text: object) -> str:
    line = str(text)
    return html.escape(line if len(line) <= LONGEST_TEXT else f"{line[:LONGEST_TEXT]}…")
