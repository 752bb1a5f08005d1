"""The Compress lab: quantised latents, compared with JPEG, WebP and PNG at the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Literal

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.schema import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.compress import rate_distortion_chart
from latent_explorer.labs.compress.queries import (
    BITS,
    CodecRateDistortion,
    CodecRateDistortionValue,
    CodecReconstructions,
    CodecReconstructionsValue,
    CompressedPicture,
    LatentReconstruction,
    LatentReconstructionValue,
    RateDistortion,
    RateDistortionValue,
)
from latent_explorer.scene import map_layers, map_panel, model_selection
from latent_explorer.scene.controls import Choice, Control, Slider
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set
from latent_explorer.scene.items import Image, Item, Panel, Text, View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.number_format import format_decibels
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models, State

MAX_MODELS = 6
"""Maximum number of compared curves."""
CODEC_NAMES = ("JPEG", "WebP", "PNG")
FIXED_BITS_MESSAGE = (
    "Nothing to choose: these codes are the numbers of entries in a codebook, so they are whole already"
)
"""Tip of the bits control for a vector-quantised model."""


@dataclass(frozen=True)
class CompressState:
    bits: Annotated[int, Within(BITS[0], BITS[-1])] = 4
    image: int | None = None
    """Clicked sample, by its image index in the data set."""
    measure: Literal["psnr", "ssim"] = "psnr"
    visited: Mapping[str, frozenset[Annotated[int, Within(BITS[0], BITS[-1])]]] = field(default_factory=dict)
    """Tried bits, by model."""

    def get_tried_bits(self, model: str) -> frozenset[int]:
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
    max_models = MAX_MODELS

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return the first two of `current`, then models of the same data set with other latent sizes."""
        found, sizes = list(current[:2]), {_get_latent_size(library[current[0]])}
        for name in model_selection.same_dataset(library, current[0]):
            size = _get_latent_size(library[name])
            if size not in sizes and not library[name].conditional and len(found) < MAX_MODELS:
                found.append(name)
                sizes.add(size)
        return tuple(found)

    def initial_state(self) -> CompressState:
        return CompressState()

    def on_model_changed(self, lab_state: CompressState, *, same_dataset: bool) -> CompressState:
        return lab_state if same_dataset else replace(lab_state, image=None, visited={})

    def controls(self, state: State) -> tuple[Control, ...]:
        own, model = state.lab_states[self.name], state.models[0]
        options = tuple(
            (name, f"{_describe_latent(state.library[name])}  {name}") for name in _find_compared_models(state)
        )
        bits: Control = Slider(
            "bits", "Bits", own.bits, BITS[0], BITS[-1], "How finely each dimension of the code is divided",
            step=1, key="b", value_text=f"{own.bits} a dimension",
        )  # fmt: skip
        if state.library[model].codebook is not None:
            bits = Choice("bits", (("codebook", "Bits set by the codebook"),), "codebook", FIXED_BITS_MESSAGE)
        return (
            bits,
            Choice("size", options, model, "Which model's code, by the size of its latent", True, "x"),
            Choice(
                "measure", (("psnr", "PSNR"), ("ssim", "SSIM")), own.measure,
                "The chart: PSNR counts errors of pixels, SSIM structure", key="y",
            ),
        )  # fmt: skip

    def lay_out(self, state: State) -> Layout:
        return _make_layout(state.size, state.ui_scale)

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("chart",)

    def update(self, state: State, action: LabAction) -> State:
        own: CompressState = state.lab_states[self.name]
        match action:
            case Set("bits") | PartEvent("chart") if state.get_checkpoint(0).codebook is not None:
                return state
            case Set("bits", float() | int() as value):
                return state.with_lab_state(self.name, self._with_bits(own, round(value), state))
            case Set("size", str(name)) if name in _find_compared_models(state):
                others = tuple(state.models[0] if one == name else one for one in state.models[1:])
                moved = state.with_lab_state(self.name, self._with_bits(own, own.bits, state))
                return replace(moved, models=(name, *others)).put(replace(moved.pointer, hover=None))
            case Set("measure", "psnr" | "ssim" as value):
                return state.with_lab_state(self.name, replace(own, measure=value))
            case MapClick(dot=dot) | MapDrag(dot=dot):
                return state.with_lab_state(self.name, replace(own, image=int(state.get_checkpoint(0).indices[dot])))
            case PartEvent("chart", at, "press" | "drag"):
                bits = rate_distortion_chart.find_bits_at(
                    self.layout(state).parts["chart"], state.get_checkpoint(0), at, state.ui_scale
                )
                return state.with_lab_state(self.name, self._with_bits(own, bits, state))
            case Key(name="c" | "backspace"):
                return state.with_lab_state(self.name, replace(own, image=None, visited={}))
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own, model = state.lab_states[self.name], state.models[0]
        wanted = map_layers.make_queries(state, self.layout(state), 1)
        wanted["coded"] = LatentReconstruction(model, self._choose_subject(state), own.bits)
        wanted["squeezed"] = CodecReconstructions(model, self._choose_subject(state), own.bits)
        for name in _find_compared_models(state):
            wanted[f"rates {name}"] = RateDistortion(name)
        wanted["codecs"] = CodecRateDistortion(model)
        return wanted

    def view(self, state: State, results: Results) -> View:
        layout, own, model = self.layout(state), state.lab_states[self.name], state.models[0]
        items = map_panel.shared_items(
            state, layout.hint, layout.legend, map_layers.choose_hint(state, 1, self.hint), 1
        )
        items += map_layers.make_legend_items(state, layout, results, 1)
        items += map_layers.make_map_items(state, 0, layout.maps[0], results, 1)
        subject = self._choose_subject(state)
        if isinstance(subject, Dot):
            items.append(map_panel.dot_marker(state, 0, subject.dot, layout.maps[0]))
        coded: LatentReconstructionValue | None = results.get_current("coded", LatentReconstructionValue)
        squeezed: CodecReconstructionsValue | None = results.get_current("squeezed", CodecReconstructionsValue)
        items += self._make_cell_items(state, layout, coded, squeezed, results)
        rates = [results.get_value(f"rates {name}", RateDistortionValue) for name in _find_compared_models(state)]
        codecs: CodecRateDistortionValue | None = results.get_value("codecs", CodecRateDistortionValue)
        shown = rate_distortion_chart.RateDistortionViewModel(
            own.bits, own.get_tried_bits(model), own.measure, state.ui_scale
        )
        known = tuple(one for one in rates if one is not None)
        items += rate_distortion_chart.make_items(layout.parts.get("chart"), state.library[model], known, codecs, shown)
        if "note" in layout.parts:
            note, brief = self._make_note(known, codecs)
            items.append(map_panel.make_caption(layout.parts["note"], note, short=brief, wrap=True))
        return tuple(items)

    # -- inside -----------------------------------------------------------------------------------------

    def _with_bits(self, lab_state: CompressState, bits: int, state: State) -> CompressState:
        """Return the state with other `bits`; the previous ones are marked as tried."""
        model = state.models[0]
        return replace(
            lab_state,
            bits=min(max(bits, BITS[0]), BITS[-1]),
            visited={**lab_state.visited, model: lab_state.get_tried_bits(model)},
        )

    def _choose_subject(self, state: State) -> Subject:
        if state.pointer.hover is not None:
            return Dot(state.pointer.hover.dot)
        if state.drawing.image is not None:
            return state.drawing.image
        image = state.lab_states[self.name].image
        return Dot(state.get_checkpoint(0).dot_of_image.get(-1 if image is None else image, 0))

    def _make_note(
        self, rates: tuple[RateDistortionValue, ...], codecs: CodecRateDistortionValue | None
    ) -> tuple[str, str]:
        """Return the note on the basis of the figures, in long and in short."""
        count = codecs.count if codecs is not None else 64
        said = (
            "Bytes: of the code, ideally entropy-coded, on average; of the others, a share of one file of "
            f"{count} with its header."
        )
        notes = [one.note for one in rates if one.note]
        return (f"{notes[0]}. {said}", f"{notes[0]}.") if notes else (said, "")

    def _make_cell_items(
        self,
        state: State,
        layout: Layout,
        reconstruction: LatentReconstructionValue | None,
        codec_reconstructions: CodecReconstructionsValue | None,
        results: Results,
    ) -> list[Item]:
        """Return the original, the reconstruction from the latent, its size in large type, and the codecs' pictures at
        as many bytes; those come a little later."""
        items: list[Item] = []
        if reconstruction is None:
            items += [Panel(layout.parts["original"]), Panel(layout.parts["code"])]
        else:
            pixels = (f"{reconstruction.raw_bytes:,} bytes",)
            title, said = (
                ("Reconstruction", ("no original here", *pixels)) if reconstruction.note else ("Original", pixels)
            )
            items += self._make_picture_items(state, layout, "original", reconstruction.original, title, said, "text")
            items += self._make_picture_items(
                state,
                layout,
                "code",
                reconstruction.compressed.picture,
                "The code",
                describe_quality(reconstruction.compressed, reconstruction.qualifier),
                "accent",
            )
            items += self._make_size_items(state, layout, reconstruction)
        if codec_reconstructions is None:
            items += [Panel(layout.parts[name]) for name in CODEC_NAMES]
            waiting = "" if results.get_failure("squeezed") else "Trying out every setting…"
            items.append(Text(layout.parts[CODEC_NAMES[0]].inset(4), waiting, "small", "muted", "centre", wrap=True))
            return items
        for name, way in zip(CODEC_NAMES, codec_reconstructions.compressed, strict=True):
            colour = rate_distortion_chart.CODEC_COLOURS[name]
            items += self._make_picture_items(
                state, layout, name, way.picture, name, (*describe_quality(way), way.setting_text), colour
            )
        return items

    def _make_picture_items(
        self, state: State, layout: Layout, name: str, picture: Picture, title: str, lines: tuple[str, ...], colour: str
    ) -> list[Item]:  # fmt: skip
        u, rect = state.ui_scale, layout.parts[name]
        text = layout.parts.get(f"{name} text")
        items: list[Item] = [Image(rect, picture, "line", reveals_answer=title != "Original")]
        if text is None:
            return items
        head, rest = text.split_top(round(22 * u))
        items.append(Text(head, title, "body", colour, "centre", bold=True))
        for k, line in enumerate(lines):
            row, rest = rest.split_top(round(18 * u))
            if row.height >= round(18 * u) - 1:
                items.append(Text(row, line, "small", "muted" if k > 1 else "text", "centre"))
        return items

    def _make_size_items(self, state: State, layout: Layout, value: LatentReconstructionValue) -> list[Item]:
        """Return the size of the latent in large type."""
        u, code = state.ui_scale, value.compressed
        head, rest = layout.parts["sum"].split_top(round(40 * u))
        unit, rest = rest.split_top(round(24 * u), round(6 * u))
        smaller, rest = rest.split_top(round(24 * u), round(6 * u))
        times = value.raw_bytes / max(code.byte_count, 1e-9)
        items: list[Item] = [
            Text(head, f"{code.byte_count:.1f}", "large", "accent", bold=True),
            Text(unit, "bytes a picture", "body"),
            Text(smaller, f"{times:,.0f} times smaller", "body"),
        ]
        if rest.height > 30 * u:
            items.append(Text(rest.split_top(round(58 * u))[0], code.setting_text, "small", "muted", wrap=True))
        return items


TEXT_HEIGHTS = ((78, 400), (60, 260), (22, 120))
"""Heights of the text under a picture, and minimum heights of the column for each, in design pixels."""


@lru_cache(maxsize=8)
def _make_layout(window_size: tuple[int, int], ui_scale: float) -> Layout:
    stage = map_panel.single_map_layout(window_size, ui_scale, column_share=0.44, strip_height=236, control_rows=2)
    parts: dict[str, Rect] = {}
    gap, side = round(8 * ui_scale), stage.column
    if stage.strip is not None:
        parts["chart"] = stage.strip
    elif side.width > 1.9 * side.height:
        side, parts["chart"] = side.split_left(side.width // 2, gap)
    else:
        parts["chart"], side = side.split_bottom(round(side.height * 0.36), gap)
    if side.height > 420 * ui_scale:
        parts["note"], side = side.split_bottom(round(58 * ui_scale), gap)
    # the names stay as long as there is any room: they identify the pictures
    lines = round(next((words for words, room in TEXT_HEIGHTS if side.height > room * ui_scale), 0) * ui_scale)
    rows = side.split_rows(2, gap)
    for row, names in zip(rows, (("original", "code", "sum"), CODEC_NAMES), strict=True):
        for name, cell in zip(names, row.split_columns(3, gap), strict=True):
            if name == "sum":
                parts[name] = cell
                continue
            picture, text = cell.split_top(min(cell.height - lines, cell.width))
            parts[name] = picture
            if lines:
                parts[f"{name} text"] = text.split_top(lines)[0]
    return Layout(stage.toolbar, stage.legend, (stage.map,), stage.hint, parts, stage.controls)


def _find_compared_models(state: State) -> tuple[str, ...]:
    """Return the models whose curves are compared: those of the same data set, each once."""
    key = state.get_checkpoint(0).data_key
    return tuple(
        sorted(
            {name for name in state.models if state.library[name].data_key == key},
            key=lambda n: _make_sort_key(state.library[n]),
        )
    )


def _make_sort_key(checkpoint: Checkpoint) -> tuple[object, ...]:
    return (checkpoint.latent_dim, checkpoint.codebook is not None, checkpoint.name)


def _get_latent_size(checkpoint: Checkpoint) -> tuple[int, bool]:
    return checkpoint.latent_dim, checkpoint.traits.has_codebook


def _describe_latent(checkpoint: Checkpoint) -> str:
    return "codebook" if checkpoint.codebook is not None else f"{checkpoint.latent_dim} numbers"


def format_size(compressed: CompressedPicture) -> str:
    return f"{compressed.byte_count:.1f} bytes" if compressed.fits else f"{compressed.byte_count:.1f} bytes at least"


def describe_quality(compressed: CompressedPicture, qualifier: str = "") -> tuple[str, ...]:
    """Describe bytes, PSNR and SSIM; with a `qualifier` if a reconstruction replaces the original."""
    if qualifier:
        return (
            format_size(compressed),
            f"{qualifier} {format_decibels(compressed.psnr)}",
            f"SSIM ≤ {compressed.ssim:.2f}",
        )
    return format_size(compressed), f"{format_decibels(compressed.psnr)}, SSIM {compressed.ssim:.2f}"
