"""Denoise: a picture with noise on it through a plain and a denoising model, and how far the noise moves its code."""

from dataclasses import dataclass, replace
from typing import Annotated

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config import preset_names
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.denoise import layout as denoise_layout
from latent_explorer.labs.denoise import view as denoise_view
from latent_explorer.labs.denoise.queries import Cleaning, CleaningValue, Curve, CurveValue
from latent_explorer.scene import map_layers, model_selection
from latent_explorer.scene.controls import Button, Choice, Control, Slider
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, Set, Touch
from latent_explorer.scene.items import View
from latent_explorer.scene.lab import Lab, LabAction, Layout
from latent_explorer.scene.state import State, World
from latent_explorer.within import Natural, Within

KINDS = {"gaussian": "Gaussian", "salt_and_pepper": "Salt and pepper", "masking": "Masking"}
SAYS = {"gaussian": "Gaussian noise", "salt_and_pepper": "salt and pepper", "masking": "pixels set to black"}


@dataclass(frozen=True)
class Own:
    noise: str = "gaussian"
    level: Annotated[float, Within(0, 1)] = 0.4
    seed: Natural = 1
    sample: tuple[Annotated[int, Within(0, 1)], int] | None = None
    """A slot, and an image of its model's data set."""


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
    most_slots = 2

    def slots(self, state: State) -> int:
        return 2

    def cast(self, models: tuple[str, ...], world: World) -> tuple[str, ...]:
        """A plain model and a denoising one of the same images: of those shown where they are, else the first."""
        denoising = next((name for name in models[:2] if denoises(world[name])), None)
        like = denoising or models[0]
        denoising = denoising or model_selection.first_of(world, like, denoises)
        if denoising is None:
            return model_selection.different(models, world, 2)
        key = world[denoising].data_key
        shown = (name for name in models[:2] if not denoises(world[name]) and world[name].data_key == key)
        plain = next(shown, None) or model_selection.first_of(
            world, denoising, lambda one: one.config.objective.name == "plain"
        )
        plain = plain or model_selection.first_of(world, denoising, lambda one: not denoises(one))
        return (plain or denoising, denoising, *models[2:])

    def start(self) -> Own:
        return Own()

    def kept(self, own: Own, *, same_images: bool) -> Own:
        return own if same_images else replace(own, sample=None)

    def controls(self, state: State, world: World) -> tuple[Control, ...]:
        own = self.own(state)
        written = f"σ {own.level:.2f}" if own.noise == "gaussian" else f"{100 * own.level:.0f} % of pixels"
        return (
            Choice("noise", tuple(KINDS.items()), own.noise, "The kind of noise", key="k"),
            Slider("level", "Strength", own.level, 0.0, 1.0, "How strong the noise is", key="h", written=written),
            Button("again", "New noise", "Other noise of the same kind and strength", key="r"),
        )

    def lay_out(self, state: State) -> Layout:
        return denoise_layout.layout(state.size, state.unit)

    def own(self, state: State) -> Own:
        own: Own = state.own[self.name]
        return own

    def touches(self, state: State) -> tuple[str, ...]:
        return ("chart",)

    def update(self, state: State, action: LabAction, world: World) -> State:
        own = self.own(state)
        match action:
            case Set(control="noise", value=str(value)) if value in KINDS:
                return state.with_own(self.name, replace(own, noise=value))
            case Set(control="level", value=int() | float() as value) if 0 <= value <= 1:
                return state.with_own(self.name, replace(own, level=round(float(value), 2)))
            case Set(control="again"):
                return state.with_own(self.name, replace(own, seed=own.seed + 1))
            case Touch(part="chart", at=at, phase="press" | "drag"):
                rect = self.layout(state).parts["chart"]
                level, _ = denoise_view.empty_chart(rect, state.unit, state.models).value_of(at)
                return state.with_own(self.name, replace(own, level=round(level, 2)))
            case MapClick(slot=slot, dot=dot) | MapDrag(slot=slot, dot=dot):
                sample = (slot, int(world[state.models[slot]].indices[dot]))
                if state.image is not None:
                    said = "Your own picture is put away; undo (Z) brings it back."
                    state = replace(state, image=None, message=said)
                return state.with_own(self.name, replace(own, sample=sample))
            case Key(name="backspace"):
                return state.with_own(self.name, self.start())
        return state

    def requests(self, state: State, world: World) -> dict[str, Wanted]:
        own = self.own(state)
        source, subject = self.subject(state, world)
        wanted = map_layers.requests(state, world, self.layout(state), 2)
        for slot in range(2):
            model, which = state.models[slot], state.map_of(slot, world)
            wanted[f"cleaning {slot}"] = Cleaning(model, which, source, subject, own.noise, own.level, own.seed)
            wanted[f"curve {slot}"] = Curve(model, source, own.noise)
        return wanted

    def subject(self, state: State, world: World) -> tuple[str, Subject]:
        """The picture that is worked on, and the model whose sample it is: the first where both have it, so that what
        stands in for an original is the same whichever map was clicked."""
        if state.image is not None:
            return state.models[0], state.image
        _, image = self.own(state).sample or (0, -1)
        for model in state.models[:2]:
            dot = world[model].dot_of.get(image)
            if dot is not None:
                return model, Dot(dot)
        middles = list(Dots.of(world[state.models[0]], state.map_of(0, world)).middles.values())
        return state.models[0], Dot(middles[(len(middles) - 1) // 2])

    def view(self, state: State, results: Results, world: World) -> View:
        own = self.own(state)
        source, subject = self.subject(state, world)
        name = "yours"
        if isinstance(subject, Dot):
            label = int(world[source].labels[subject.dot])
            name = world[source].class_names[label] if label >= 0 else "a sample"
        cleanings: list[CleaningValue | None] = [results.current(f"cleaning {s}", CleaningValue) for s in range(2)]
        curves: list[CurveValue | None] = [results.value(f"curve {s}", CurveValue) for s in range(2)]
        seen = denoise_view.Seen(
            self.layout(state), map_layers.hint(state, world, 2, self._hint(state, world)), name, SAYS[own.noise],
            own.level, (cleanings[0], cleanings[1]), (curves[0], curves[1]),
        )  # fmt: skip
        return denoise_view.items(seen, state, results, world)

    def _hint(self, state: State, world: World) -> str:
        own, shown = self.own(state), [world[name] for name in state.models[:2]]
        if not any(denoises(one) for one in shown):
            preset = f"{shown[0].config.data.name}-denoising"
            how = f"python train.py {preset}" if preset in preset_names() else "objective.name=denoising"
            return f"Neither model has learnt to take noise off. Train one for these images: {how}"
        if state.models[0] == state.models[1]:
            return "Both sides show the same model: choose another one in a menu above (M, Shift+M)."
        learnt = next(one.config.objective.noise for one in shown if denoises(one))
        if learnt != own.noise:
            name = next(one.name for one in shown if denoises(one))
            return f"{name} has learnt {SAYS[learnt]}, not {SAYS[own.noise]}: how far does that carry?"
        return self.hint


def denoises(checkpoint: Checkpoint) -> bool:
    return checkpoint.config.objective.name == "denoising"
