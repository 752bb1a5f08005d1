"""What a checkpoint says of itself in a console and in a notebook, also one that comes from a stranger."""

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
from PIL import Image

from latent_explorer.checkpoint import summary

HOSTILE = '<script>alert("1")</script>'


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def picture_in(page: str) -> Image.Image:
    found = re.search(r'src="data:image/png;base64,([^"]+)"', page)
    assert found is not None
    return Image.open(io.BytesIO(base64.b64decode(found.group(1))))


def test_a_line_names_the_model_and_what_it_is(tiny):
    line = repr(tiny)
    assert "\n" not in line
    for fact in ("tiny", "digits", "1x8x8", "mlp", "variational", "d=4", "120 dots", "tsne, pca"):
        assert fact in line
    assert repr(replace(tiny, name="a\nb", maps={"c\x1b[2J\nd": tiny.atlas})).isprintable()


def test_the_page_holds_the_figures_and_a_picture_of_the_map(tiny):
    page = tiny._repr_html_()
    assert set(Tags(page).tags) == {"div", "img", "span", "table", "tr", "th", "td"}
    assert f"mse {tiny.metrics['test']['mse']:.4g}" in page
    picture = picture_in(page)
    assert picture.size == (320, 240)
    assert len(picture.getcolors(320 * 240)) > 10  # dots of several classes on white


def test_no_text_of_the_file_becomes_markup(tiny):
    made_by = {**tiny.made_by, "preset": HOSTILE}
    metrics = {"test": {HOSTILE: 1.0}}
    hostile = replace(
        tiny, name=HOSTILE, class_names=(HOSTILE,) * 10, maps={HOSTILE: tiny.atlas}, made_by=made_by, metrics=metrics
    )
    page = hostile._repr_html_()
    assert Tags(page).tags.count("script") == 0
    assert page.count("&lt;script&gt;") >= 5
    assert len(replace(tiny, class_names=("x" * 100_000,) * 1000)._repr_html_()) < len(page) + 10_000


def test_a_model_without_figures_classes_or_labels_has_a_page_too(tiny):
    bare = replace(tiny, class_names=(), metrics={}, made_by={})
    assert picture_in(bare._repr_html_()).size == (320, 240)


def test_the_map_stands_upright():
    xy, labels = np.array([[0.5, 0.95]], np.float32), np.array([0])
    pixels = np.asarray(Image.open(io.BytesIO(summary.draw_map(xy, labels))))
    rows, columns = np.nonzero((pixels != 255).any(axis=2))
    assert rows.max() < 30
    assert abs(columns.mean() - 159.5) < 2
