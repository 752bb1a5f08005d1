"""The Denoise lab: a noisy picture through a plain and a denoising model, and the shift of its latent by the noise."""

from dataclasses import dataclass, replace
from typing import Annotated

from latent_explorer.config import list_preset_names
from latent_explorer.config.schema import Natural, Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.denoise import layout as denoise_layout
from latent_explorer.labs.denoise import view as denoise_view
from latent_explorer.labs.denoise.queries import Denoising, DenoisingValue, NoiseCurve, NoiseCurveValue
from latent_explorer.scene import map_layers, model_selection
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent, Set
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import Models, State

NOISE_TITLES = {"gaussian": "Gaussian", "salt_and_pepper": "Salt and pepper", "masking": "Masking"}
NOISE_PHRASES = {"gaussian": "Gaussian noise", "salt_and_pepper": "salt and pepper", "masking": "pixels set to black"}


@dataclass(frozen=True)
class DenoiseState:
    noise: str = "gaussian"
    level: Annotated[float, Within(0, 1)] = 0.4
    seed: Natural = 1
    sample: tuple[Annotated[int, Within(0, 1)], int] | None = None
    """A slot, and an image index of its model's data set."""


class Denoise(Lab):
    name = "denoise"
    title = "Denoise"
    hint = (
        "Both get the same noise. The plain model paints it; the denoising one was taught the clean picture, "
        "so noise moves its code less (N to C)."
    )
    keys = (
        ("Click a dot, drag over dots", "another sample"),
        ("C, N, R", "on the maps: codes of the clean, noisy, restored picture"),
        ("Drag over the chart", "another strength"),
        ("about, ≤", "against a stand-in: dB allow for its error, SSIM cannot"),
    )
    max_models = 2

    def model_count(self, state: State) -> int:
        return 2

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return a plain and a denoising model of the same data set: of `current` if possible, else the first ones."""
        denoising = next((name for name in current[:2] if library[name].traits.denoises), None)
        like = denoising or current[0]
        denoising = denoising or model_selection.first_matching(library, like, lambda one: one.traits.denoises)
        if denoising is None:
            return model_selection.distinct(current, library, 2)
        key = library[denoising].data_key
        shown = (name for name in current[:2] if not library[name].traits.denoises and library[name].data_key == key)
        plain = next(shown, None) or model_selection.first_matching(library, denoising, lambda one: one.traits.is_plain)
        plain = plain or model_selection.first_matching(library, denoising, lambda one: not one.traits.denoises)
        return (plain or denoising, denoising, *current[2:])

    def initial_state(self) -> DenoiseState:
        return DenoiseState()

    def on_model_changed(self, lab_state: DenoiseState, *, same_dataset: bool) -> DenoiseState:
        return lab_state if same_dataset else replace(lab_state, sample=None)

    def controls(self, state: State) -> tuple[Control, ...]:
        own = self.get_lab_state(state)
        written = f"σ {own.level:.2f}" if own.noise == "gaussian" else f"{100 * own.level:.0f} % of pixels"
        return (
            Choice("noise", tuple(NOISE_TITLES.items()), own.noise, "The kind of noise", key="k"),
            Slider("level", "Strength", own.level, 0.0, 1.0, "How strong the noise is", key="h", value_text=written),
            Button("again", "New noise", "Other noise of the same kind and strength", key="r"),
        )

    def lay_out(self, state: State) -> Layout:
        return denoise_layout.make_layout(state.size, state.ui_scale)

    def get_lab_state(self, state: State) -> DenoiseState:
        own: DenoiseState = state.lab_states[self.name]
        return own

    def interactive_parts(self, state: State) -> tuple[str, ...]:
        return ("chart",)

    def update(self, state: State, action: LabAction) -> State:
        own = self.get_lab_state(state)
        match action:
            case Set(control="noise", value=str(value)) if value in NOISE_TITLES:
                return state.with_lab_state(self.name, replace(own, noise=value))
            case Set(control="level", value=int() | float() as value) if 0 <= value <= 1:
                return state.with_lab_state(self.name, replace(own, level=round(float(value), 2)))
            case Set(control="again"):
                return state.with_lab_state(self.name, replace(own, seed=own.seed + 1))
            case PartEvent(part="chart", position=at, phase="press" | "drag"):
                rect = self.layout(state).parts["chart"]
                level, _ = denoise_view.make_empty_chart(rect, state.ui_scale, state.models).find_values_at_share(at)
                return state.with_lab_state(self.name, replace(own, level=round(level, 2)))
            case MapClick(slot=slot, dot=dot) | MapDrag(slot=slot, dot=dot):
                sample = (slot, int(state.get_checkpoint(slot).indices[dot]))
                if state.drawing.image is not None:
                    said = "Your own picture is put away; undo (Z) brings it back."
                    state = state.put(replace(state.drawing, image=None), replace(state.status, message=said))
                return state.with_lab_state(self.name, replace(own, sample=sample))
            case Key(name="backspace"):
                return state.with_lab_state(self.name, self.initial_state())
        return state

    def queries(self, state: State) -> dict[str, AnyQuery]:
        own = self.get_lab_state(state)
        source, subject = self.find_subject(state)
        wanted = map_layers.make_queries(state, self.layout(state), 2)
        for slot in range(2):
            model, which = state.models[slot], state.get_map_name(slot)
            wanted[f"cleaning {slot}"] = Denoising(model, which, source, subject, own.noise, own.level, own.seed)
            wanted[f"curve {slot}"] = NoiseCurve(model, source, own.noise)
        return wanted

    def find_subject(self, state: State) -> tuple[str, Subject]:
        """Return the model whose sample is denoised, and that sample or the user image. It is the first model if both
        have the sample, so that a stand-in for the original is the same whichever map was clicked."""
        if state.drawing.image is not None:
            return state.models[0], state.drawing.image
        _, image = self.get_lab_state(state).sample or (0, -1)
        for model in state.models[:2]:
            dot = state.library[model].dot_of_image.get(image)
            if dot is not None:
                return model, Dot(dot)
        middles = list(Dots.of(state.get_checkpoint(0), state.get_map_name(0)).median_dots.values())
        return state.models[0], Dot(middles[(len(middles) - 1) // 2])

    def view(self, state: State, results: Results) -> View:
        own = self.get_lab_state(state)
        source, subject = self.find_subject(state)
        name = "yours"
        if isinstance(subject, Dot):
            label = int(state.library[source].labels[subject.dot])
            name = state.library[source].class_names[label] if label >= 0 else "a sample"
        cleanings: list[DenoisingValue | None] = [
            results.get_current(f"cleaning {s}", DenoisingValue) for s in range(2)
        ]
        curves: list[NoiseCurveValue | None] = [results.get_value(f"curve {s}", NoiseCurveValue) for s in range(2)]
        seen = denoise_view.DenoiseViewModel(
            self.layout(state),
            map_layers.choose_hint(state, 2, self._choose_hint(state)),
            name,
            NOISE_PHRASES[own.noise],
            own.level,
            (cleanings[0], cleanings[1]),
            (curves[0], curves[1]),
        )
        return denoise_view.make_view(seen, state, results)

    def _choose_hint(self, state: State) -> str:
        own, shown = self.get_lab_state(state), [state.library[name] for name in state.models[:2]]
        if not any(one.traits.denoises for one in shown):
            preset = f"{shown[0].config.data.name}-denoising"
            how = f"python train.py {preset}" if preset in list_preset_names() else "objective.name=denoising"
            return f"Neither model has learnt to take noise off. Train one for these images: {how}"
        if state.models[0] == state.models[1]:
            return "Both sides show the same model: choose another one in a menu above (M, Shift+M)."
        learnt = next(one.config.objective.noise for one in shown if one.traits.denoises)
        if learnt != own.noise:
            name = next(one.name for one in shown if one.traits.denoises)
            return (
                f"{name} has learnt {NOISE_PHRASES[learnt]}, not {NOISE_PHRASES[own.noise]}: how far does that carry?"
            )
        return self.hint
