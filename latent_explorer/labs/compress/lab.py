"""The Compress lab: quantised latents, compared with JPEG, WebP and PNG at the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import numpy as np

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.limits import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.compress import queries, view
from latent_explorer.labs.compress.layout import make_layout
from latent_explorer.labs.compress.queries import BITS
from latent_explorer.scene import map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.settings import PER_DATASET, Pick, SampleIndex, Slide
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import format_number, mark, tr

BITS_SLIDE = Slide(
    BITS[0], BITS[-1], label=mark("Bits"), tip=mark("How finely each dimension of the code is divided"),
    key="b", step=1, digits=0, text=lambda own: tr("{bits} a dimension", bits=own.bits),
)  # fmt: skip
FIXED_BITS_TIP = mark(
    "Nothing to choose: these codes are the numbers of entries in a codebook, so they are whole already"
)
MEASURE = Pick({"psnr": "PSNR", "ssim": "SSIM"}, mark("The chart: PSNR counts errors of pixels, SSIM structure"), "y")
VALUES_HINTS = {
    "curve": mark("Fewer bits divide the code coarsely: from which on does the curve change? More bits cannot help."),
    "row": mark("Fewer bits divide the code coarsely: from which on does the row change? More bits cannot help."),
    "text": mark("Fewer bits divide the code coarsely: from which on does the text change? More bits cannot help."),
}
"""The hint for each kind of sample without pixels, which no image codec is compared for."""
TriedBits = Mapping[str, frozenset[Annotated[int, Within(BITS[0], BITS[-1])]]]
"""Tried bits, by model."""


@dataclass(frozen=True)
class CompressState:
    bits: Annotated[int, BITS_SLIDE] = 4
    image: SampleIndex = None
    """Clicked sample."""
    measure: Annotated[Literal["psnr", "ssim"], MEASURE] = "psnr"
    visited: Annotated[TriedBits, PER_DATASET] = field(default_factory=dict)

    def get_tried_bits(self, model: str) -> frozenset[int]:
        return self.visited.get(model, frozenset()) | {self.bits}


class Compress(Lab[CompressState]):
    name = "compress"
    order = 8
    stage = ("original", "code", "sum", "JPEG", "WebP", "PNG", "note")
    state_class = CompressState
    title = mark("Compress")
    purpose = mark("Codes of few bits beside JPEG, WebP and PNG")
    hint = mark(
        "Few bytes: the code comes nearer to the picture than JPEG. Many: JPEG keeps improving, the code cannot."
    )
    keys = (
        (mark("Move"), mark("compress the sample next to the mouse")),
        (mark("Click, Enter"), mark("keep a sample")),
        (mark("Click in the chart"), mark("choose the bits at that size")),
        (mark("C, Backspace"), mark("back to the first sample; forget what was tried")),
        (mark("about, ≤"), mark("against a stand-in: dB allow for its error, SSIM cannot")),
    )
    max_models = 6

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return the first two of `current`, then models of the same data set with other latent sizes."""
        chosen, sizes = list(current[:2]), {_get_latent_size(library[current[0]])}
        for name in model_selection.list_same_dataset(library, current[0]):
            size = _get_latent_size(library[name])
            if size not in sizes and not library[name].conditional and len(chosen) < self.max_models:
                chosen.append(name)
                sizes.add(size)
        return tuple(chosen)

    def list_shown_settings(self, state: State) -> tuple[str, ...]:
        """Without neighbours among the values there is no SSIM to choose."""
        return super().list_shown_settings(state) if state.get_checkpoint(0).sample_kind.has_neighbours else ("bits",)

    def make_controls(self, state: State) -> tuple[Control, ...]:
        bits, *measure = super().make_controls(state)
        if state.get_checkpoint(0).codebook is not None:
            fixed = (("codebook", tr("Bits set by the codebook")),)
            bits = Choice("bits", fixed, "codebook", tr(FIXED_BITS_TIP))
        sizes = []
        for name in _find_compared_models(state):
            size = format_number(state.library[name].latent_dim, "d")
            if state.library[name].codebook is not None:
                size = "VQ"  # van den Oord et al. 2017: the entries of a codebook are vectors
            sizes.append((name, f"{name} ({size})"))
        tip = tr("Which model's code; in brackets, of how many numbers it is")
        return (bits, Choice("size", tuple(sizes), state.models[0], tip=tip, menu=True, key="x"), *measure)

    def lay_out(self, state: State) -> Layout:
        has_codecs = state.get_checkpoint(0).sample_kind.has_pixels
        return make_layout(state.lab_size, state.ui_scale, has_codecs=has_codecs)

    def update(self, state: State, action: LabAction) -> State:
        """Return the state after an action; the bits before it are marked as tried, and a codebook's bits are fixed."""
        match action:
            case Set("bits") | PartEvent() if state.get_checkpoint(0).codebook is not None:
                return state
            case Set("bits" | "size") | PartEvent(phase="press" | "drag"):
                own, model = self.get_own(state), state.models[0]
                state = self.put(state, replace(own, visited={**own.visited, model: own.get_tried_bits(model)}))
        return super().update(state, action)

    @touch("chart", "press", "drag")
    def choose_bits(self, state: State, event: PartEvent) -> State:
        """Choose the bits whose size is nearest to the one at the mouse."""
        chart = view.make_empty_chart(self.get_layout(state).parts["chart"], state)
        sizes = np.maximum(queries.estimate_byte_counts(state.get_checkpoint(0)), 1e-9)
        nearest = np.abs(np.log(sizes / chart.find_values_at_share(event.position)[0])).argmin()
        return self.put(state, replace(self.get_own(state), bits=BITS[int(nearest)]))

    def react(self, state: State, action: LabAction) -> State:
        match action:
            case Set("size", str(name)) if name in _find_compared_models(state):
                others = tuple(state.models[0] if one == name else one for one in state.models[1:])
                return replace(state, models=(name, *others)).put(replace(state.pointer, hover=None))
            case MapClick(dot=dot) | MapDrag(dot=dot):
                return self.put(state, replace(self.get_own(state), image=int(state.get_checkpoint(0).indices[dot])))
            case Key(name="c" | "backspace"):
                return self.put(state, self.reset(self.get_own(state), "image", "visited"))
        return state

    def ask(self, state: State) -> dict[str, AnyQuery]:
        model, subject, bits = state.models[0], self.choose_subject(state), self.get_own(state).bits
        wanted: dict[str, AnyQuery] = {
            "coded": queries.LatentReconstruction(model, subject, bits),
            f"rates {model}": queries.RateDistortion(model),  # what is looked at before what it is compared with
        }
        if state.get_checkpoint(0).sample_kind.has_pixels:
            wanted["squeezed"] = queries.CodecReconstructions(model, subject, bits)
            wanted["codecs"] = queries.CodecRateDistortion(model)
        return wanted | {f"rates {name}": queries.RateDistortion(name) for name in _find_compared_models(state)}

    def choose_subject(self, state: State) -> Subject:
        if state.pointer.hover is not None:
            return Dot(state.pointer.hover.dot)
        if state.drawing.image is not None:
            return state.drawing.image
        image = self.get_own(state).image
        return Dot(state.get_checkpoint(0).dot_of_image.get(-1 if image is None else image, 0))

    def choose_hint(self, frame: Frame[CompressState]) -> str:
        kind = frame.checkpoint.sample_kind
        return tr(self.hint) if kind.has_pixels else tr(VALUES_HINTS[kind.words.one])

    def draw_on_map(self, frame: Frame[CompressState], slot: int, rect: Rect) -> list[Item]:
        subject = self.choose_subject(frame.state)
        return [map_panel.make_dot_marker(frame.state, slot, subject.dot, rect)] if isinstance(subject, Dot) else []

    def draw(self, frame: Frame[CompressState]) -> list[Item]:
        return view.make_picture_items(frame) + view.make_chart_items(frame, _find_compared_models(frame.state))


def _find_compared_models(state: State) -> list[str]:
    """Return the models whose curves are compared: those of the same data set, each once, by the size of their code."""
    shown, key = {name: state.library[name] for name in state.models}, state.get_checkpoint(0).data_key
    order = sorted(shown, key=lambda name: (shown[name].latent_dim, shown[name].codebook is not None, shown[name].name))
    return [name for name in order if shown[name].data_key == key]


def _get_latent_size(checkpoint: Checkpoint) -> tuple[int, bool]:
    return checkpoint.latent_dim, checkpoint.traits.has_codebook
