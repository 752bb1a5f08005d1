"""Compress: codes with few bits a dimension, beside JPEG, WebP and PNG at the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Literal

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.compress import rate_distortion_chart
from latent_explorer.labs.compress.queries import (
    BITS,
    Codecs,
    CodecsValue,
    Coded,
    CodedValue,
    Rates,
    RatesValue,
    Shown,
    Squeezed,
    SqueezedValue,
)
from latent_explorer.scene import map_layers, map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control, Slider
from latent_explorer.scene.events import Key, MapClick, MapDrag, Set, Touch
from latent_explorer.scene.items import Image, Item, Panel, Text, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.number_format import decibels
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.within import Within

MODELS = 6
"""Curves that are compared at the most."""
CODECS = ("JPEG", "WebP", "PNG")
FIXED = "Nothing to choose: these codes are the numbers of entries in a codebook, so they are whole already"
"""Of the bits of a vector-quantised model."""


@dataclass(frozen=True)
class Own:
    bits: Annotated[int, Within(BITS[0], BITS[-1])] = 4
    image: int | None = None
    """The sample that was clicked: an image of the data set."""
    measure: Literal["psnr", "ssim"] = "psnr"
    visited: Mapping[str, frozenset[Annotated[int, Within(BITS[0], BITS[-1])]]] = field(default_factory=dict)
    """Bits that were tried, by model."""

    def tried(self, model: str) -> frozenset[int]:
        return self.visited.get(model, frozenset()) | {self.bits}


class Compress(Lab):
    name = "compress"
    title = "Compress"
    hint = "Few bytes: JPEG falls apart, the code still shows its subject. Many: JPEG becomes exact, the code cannot."
    keys = (
        ("Move", "compress the sample next to the mouse"),
        ("Click, Enter", "keep a sample"),
        ("Click in the chart", "choose the bits at that size"),
        ("C, Backspace", "back to the first sample; forget what was tried"),
        ("about, ≤", "against a stand-in: dB allow for its error, SSIM cannot"),
    )
    most_slots = MODELS

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """The models shown so far, then some of the same images with latents of other sizes."""
        found, sizes = list(models[:2]), {_size(world[models[0]])}
        for name in model_selection.alike(world, models[0]):
            size = _size(world[name])
            if size not in sizes and not world[name].conditional and len(found) < MODELS:
                found.append(name)
                sizes.add(size)
        return tuple(found)

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own if same_images else replace(own, image=None, visited={})

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own, model = state.own[self.name], state.models[0]
        options = tuple((name, f"{_said(world[name])}  {name}") for name in _models(state, world))
        bits: Control = Slider(
            "bits", "Bits", own.bits, BITS[0], BITS[-1], "How finely each dimension of the code is divided",
            step=1, key="b", written=f"{own.bits} a dimension",
        )  # fmt: skip
        if world[model].codebook is not None:
            bits = Choice("bits", (("codebook", "Bits set by the codebook"),), "codebook", FIXED)
        return (
            bits,
            Choice("size", options, model, "Which model's code, by the size of its latent", True, "x"),
            Choice(
                "measure", (("psnr", "PSNR"), ("ssim", "SSIM")), own.measure,
                "The chart: PSNR counts errors of pixels, SSIM structure", key="y",
            ),
        )  # fmt: skip

    def lay_out(self, state: State) -> Layout:
        return _layout(state.size, state.unit)

    def touches(self, state: State) -> tuple[str, ...]:
        return ("chart",)

    def update(self, state: State, action: LabAction, world: World) -> State:
        own: Own = state.own[self.name]
        match action:
            case Set("bits") | Touch("chart") if world[state.models[0]].codebook is not None:
                return state
            case Set("bits", float() | int() as value):
                return state.with_own(self.name, self._at(own, round(value), state))
            case Set("size", str(name)) if name in _models(state, world):
                others = tuple(state.models[0] if one == name else one for one in state.models[1:])
                moved = state.with_own(self.name, self._at(own, own.bits, state))
                return replace(moved, models=(name, *others), hover=None)
            case Set("measure", "psnr" | "ssim" as value):
                return state.with_own(self.name, replace(own, measure=value))
            case MapClick(dot=dot) | MapDrag(dot=dot):
                return state.with_own(self.name, replace(own, image=int(world[state.models[0]].indices[dot])))
            case Touch("chart", at, "press" | "drag"):
                bits = rate_distortion_chart.bits_at(
                    self.layout(state).parts["chart"], world[state.models[0]], at, state.unit
                )
                return state.with_own(self.name, self._at(own, bits, state))
            case Key(name="c" | "backspace"):
                return state.with_own(self.name, replace(own, image=None, visited={}))
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own, model = state.own[self.name], state.models[0]
        wanted = map_layers.requests(state, world, self.layout(state), 1)
        wanted["coded"] = Coded(model, self._subject(state, world), own.bits)
        wanted["squeezed"] = Squeezed(model, self._subject(state, world), own.bits)
        for name in _models(state, world):
            wanted[f"rates {name}"] = Rates(name)
        wanted["codecs"] = Codecs(model)
        return wanted

    def view(self, state: State, results: Results, world: World) -> View:
        layout, own, model = self.layout(state), state.own[self.name], state.models[0]
        items = map_panel.common(
            state, layout.hint, layout.legend, map_layers.hint(state, world, 1, self.hint), world, 1
        )
        items += map_layers.legend_items(state, layout, results, world, 1)
        items += map_layers.map_items(state, 0, layout.maps[0], results, world, 1)
        subject = self._subject(state, world)
        if isinstance(subject, Dot):
            items.append(map_panel.ring(state, 0, subject.dot, layout.maps[0], world))
        coded: CodedValue | None = results.current("coded", CodedValue)
        squeezed: SqueezedValue | None = results.current("squeezed", SqueezedValue)
        items += self._cells(state, layout, coded, squeezed, results)
        rates = [results.value(f"rates {name}", RatesValue) for name in _models(state, world)]
        codecs: CodecsValue | None = results.value("codecs", CodecsValue)
        shown = rate_distortion_chart.Shown(own.bits, own.tried(model), own.measure, state.unit)
        known = tuple(one for one in rates if one is not None)
        items += rate_distortion_chart.items(layout.parts.get("chart"), world[model], known, codecs, shown)
        if "note" in layout.parts:
            note, brief = self._note(known, codecs)
            items.append(map_panel.caption(layout.parts["note"], note, short=brief, wrap=True))
        return tuple(items)

    # -- inside -----------------------------------------------------------------------------------------

    def _at(self, own: Own, bits: int, state: State) -> Own:
        """With other bits; those that were chosen so far are tried."""
        model = state.models[0]
        return replace(own, bits=min(max(bits, BITS[0]), BITS[-1]), visited={**own.visited, model: own.tried(model)})

    def _subject(self, state: State, world: World) -> Subject:
        if state.hover is not None:
            return Dot(state.hover.dot)
        if state.image is not None:
            return state.image
        image = state.own[self.name].image
        return Dot(world[state.models[0]].dot_of.get(-1 if image is None else image, 0))

    def _note(self, rates: tuple[RatesValue, ...], codecs: CodecsValue | None) -> tuple[str, str]:
        """What the figures rest on, at length and in short."""
        count = codecs.count if codecs is not None else 64
        said = (
            "Bytes: of the code, ideally entropy-coded, on average; of the others, a share of one file of "
            f"{count} with its header."
        )
        notes = [one.note for one in rates if one.note]
        return (f"{notes[0]}. {said}", f"{notes[0]}.") if notes else (said, "")

    def _cells(
        self, state: State, layout: Layout, coded: CodedValue | None, squeezed: SqueezedValue | None, results: Results
    ) -> list[Item]:  # fmt: skip
        """The original, the code's picture, the size in large figures, and what the codecs make of as many bytes; those
        come a little later."""
        items: list[Item] = []
        if coded is None:
            items += [Panel(layout.parts["original"]), Panel(layout.parts["code"])]
        else:
            pixels = (f"{coded.raw:,} bytes",)
            title, said = ("Reconstruction", ("no original here", *pixels)) if coded.note else ("Original", pixels)
            items += self._cell(state, layout, "original", coded.original, title, said, "text")
            items += self._cell(
                state, layout, "code", coded.code.picture, "The code", figures(coded.code, coded.word), "accent"
            )
            items += self._sum(state, layout, coded)
        if squeezed is None:
            items += [Panel(layout.parts[name]) for name in CODECS]
            waiting = "" if results.failure("squeezed") else "Trying out every setting…"
            items.append(Text(layout.parts[CODECS[0]].inset(4), waiting, "small", "muted", "centre", wrap=True))
            return items
        for name, way in zip(CODECS, squeezed.ways, strict=True):
            colour = rate_distortion_chart.COLOURS[name]
            items += self._cell(state, layout, name, way.picture, name, (*figures(way), way.how), colour)
        return items

    def _cell(
        self, state: State, layout: Layout, name: str, picture: Picture, title: str, lines: tuple[str, ...], colour: str
    ) -> list[Item]:  # fmt: skip
        u, rect = state.unit, layout.parts[name]
        text = layout.parts.get(f"{name} text")
        items: list[Item] = [Image(rect, picture, "line", state.smooth, secret=title != "Original")]
        if text is None:
            return items
        head, rest = text.top(round(22 * u))
        items.append(Text(head, title, "body", colour, "centre", bold=True))
        for k, line in enumerate(lines):
            row, rest = rest.top(round(18 * u))
            if row.height >= round(18 * u) - 1:
                items.append(Text(row, line, "small", "muted" if k > 1 else "text", "centre"))
        return items

    def _sum(self, state: State, layout: Layout, value: CodedValue) -> list[Item]:
        """How small the code is, readable from the last row."""
        u, code = state.unit, value.code
        head, rest = layout.parts["sum"].top(round(40 * u))
        unit, rest = rest.top(round(24 * u), round(6 * u))
        smaller, rest = rest.top(round(24 * u), round(6 * u))
        times = value.raw / max(code.bytes, 1e-9)
        items: list[Item] = [
            Text(head, f"{code.bytes:.1f}", "large", "accent", bold=True),
            Text(unit, "bytes a picture", "body"),
            Text(smaller, f"{times:,.0f} times smaller", "body"),
        ]
        if rest.height > 30 * u:
            items.append(Text(rest.top(round(58 * u))[0], code.how, "small", "muted", wrap=True))
        return items


WORDS = ((78, 400), (60, 260), (22, 120))
"""Heights of the words under a picture, in design pixels, and the room for pictures that each of them takes."""


@lru_cache(maxsize=8)
def _layout(window: tuple[int, int], u: float) -> Layout:
    stage = map_panel.stage(window, u, side=0.44, strip=236, controls=2)
    parts: dict[str, Rect] = {}
    gap, side = round(8 * u), stage.side
    if stage.strip is not None:
        parts["chart"] = stage.strip
    elif side.width > 1.9 * side.height:
        side, parts["chart"] = side.left(side.width // 2, gap)
    else:
        parts["chart"], side = side.below(round(side.height * 0.36), gap)
    if side.height > 420 * u:
        parts["note"], side = side.below(round(58 * u), gap)
    # the names alone stay as long as there is any room: without them nobody knows which picture is which
    lines = round(next((words for words, room in WORDS if side.height > room * u), 0) * u)
    rows = side.rows(2, gap)
    for row, names in zip(rows, (("original", "code", "sum"), CODECS), strict=True):
        for name, cell in zip(names, row.columns(3, gap), strict=True):
            if name == "sum":
                parts[name] = cell
                continue
            picture, text = cell.top(min(cell.height - lines, cell.width))
            parts[name] = picture
            if lines:
                parts[f"{name} text"] = text.top(lines)[0]
    return Layout(stage.bar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


def _models(state: State, world: World) -> tuple[str, ...]:
    """The models whose curves are compared: those of the same images, each once."""
    key = world[state.models[0]].data_key
    return tuple(sorted({name for name in state.models if world[name].data_key == key}, key=lambda n: _order(world[n])))


def _order(checkpoint: Checkpoint) -> tuple[object, ...]:
    return (checkpoint.latent_dim, checkpoint.codebook is not None, checkpoint.name)


def _size(checkpoint: Checkpoint) -> tuple[int, bool]:
    return checkpoint.latent_dim, checkpoint.config.objective.name == "quantised"


def _said(checkpoint: Checkpoint) -> str:
    return "codebook" if checkpoint.codebook is not None else f"{checkpoint.latent_dim} numbers"


def size(way: Shown) -> str:
    return f"{way.bytes:.1f} bytes" if way.fits else f"{way.bytes:.1f} bytes at least"


def figures(way: Shown, word: str = "") -> tuple[str, ...]:
    """Bytes, and how alike it is to the original; with a `word` where a reconstruction stands in for that."""
    if word:
        return size(way), f"{word} {decibels(way.psnr)}", f"SSIM ≤ {way.ssim:.2f}"
    return size(way), f"{decibels(way.psnr)}, SSIM {way.ssim:.2f}"
