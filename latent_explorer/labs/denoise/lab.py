"""The Denoise lab: a noisy picture through a plain and a denoising model, and the shift of its latent by the noise."""

from dataclasses import dataclass, replace
from typing import Annotated

from latent_explorer.config import list_preset_names
from latent_explorer.config.limits import Within
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.denoise import view
from latent_explorer.labs.denoise.layout import make_layout
from latent_explorer.labs.denoise.queries import Denoising, NoiseCurve
from latent_explorer.scene import model_selection
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Key, MapClick, MapDrag, PartEvent
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item
from latent_explorer.scene.lab import Lab, LabAction, touch
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.settings import PER_DATASET, CountUp, Pick, Slide
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import format_number, mark, tr

NOISE_TITLES = {
    "gaussian": mark("Gaussian"), "salt_and_pepper": mark("Salt and pepper"), "masking": mark("Masking"),
}  # fmt: skip


def _write_level(own: "DenoiseState") -> str:
    if own.noise == "gaussian":
        return f"σ {format_number(own.level, '.2f')}"
    return tr("{share:.0f}%", share=100 * own.level)


@dataclass(frozen=True)
class DenoiseState:
    noise: Annotated[str, Pick(NOISE_TITLES, mark("The kind of noise"), "k")] = "gaussian"
    level: Annotated[
        float,
        Slide(0, 1, label=mark("Strength"), tip=mark("How strong the noise is"), key="h", text=_write_level),
    ] = 0.4
    seed: Annotated[
        int,
        CountUp(
            0, label=mark("New noise"), tip=mark("Other noise of the same kind and strength"), key="r", control="again"
        ),
    ] = 1
    sample: Annotated[tuple[Annotated[int, Within(0, 1)], int] | None, PER_DATASET] = None
    """A slot, and an image index of its model's data set."""


class Denoise(Lab[DenoiseState]):
    name = "denoise"
    order = 6
    stage = ("clean", "noisy", "out", "arrow")
    state_class = DenoiseState
    title = mark("Denoise")
    purpose = mark("What a model makes of noisy pictures")
    hint = mark(
        "Both get the same noise; the denoising model was taught to give the clean picture. Whose code does noise move "
        "less, from C to N?"
    )
    keys = (
        (mark("Click a dot, drag over dots"), mark("another sample")),
        ("C, N, R", mark("on the maps: codes of the clean, noisy, restored picture")),
        (mark("Drag over the chart"), mark("another strength")),
        (mark("about, ≤"), mark("against a stand-in: dB allow for its error, SSIM cannot")),
    )
    max_models = 2

    def count_models(self, state: State) -> int:
        return 2

    def choose_models(self, current: tuple[str, ...], library: Models) -> tuple[str, ...]:
        """Return a plain and a denoising model of the same data set: of `current` if possible, else the first ones."""
        denoising = next((name for name in current[:2] if library[name].traits.denoises), None)
        like = denoising or current[0]
        denoising = denoising or model_selection.find_first_matching(library, like, lambda one: one.traits.denoises)
        if denoising is None:
            return model_selection.make_distinct(current, library, 2)
        key = library[denoising].data_key
        names = (name for name in current[:2] if not library[name].traits.denoises and library[name].data_key == key)
        plain = next(names, None) or model_selection.find_first_matching(
            library, denoising, lambda one: one.traits.is_plain
        )
        plain = plain or model_selection.find_first_matching(library, denoising, lambda one: not one.traits.denoises)
        return (plain or denoising, denoising, *current[2:])

    def lay_out(self, state: State) -> Layout:
        return make_layout(state.lab_size, state.ui_scale)

    @touch("chart", "press", "drag")
    def choose_level(self, state: State, event: PartEvent) -> State:
        chart = view.make_empty_chart(self.get_layout(state).parts["chart"], state)
        level, _ = chart.find_values_at_share(event.position)
        return self.put(state, replace(self.get_own(state), level=round(level, 2)))

    def react(self, state: State, action: LabAction) -> State:
        match action:
            case MapClick(slot=slot, dot=dot) | MapDrag(slot=slot, dot=dot):
                sample = (slot, int(state.get_checkpoint(slot).indices[dot]))
                if state.drawing.image is not None:
                    text = tr("Your own picture is put away; undo (Z) brings it back.")
                    state = state.put(replace(state.drawing, image=None), replace(state.status, message=text))
                return self.put(state, replace(self.get_own(state), sample=sample))
            case Key(name="backspace"):
                return self.put(state, self.make_initial_state())
        return state

    def ask(self, state: State) -> dict[str, AnyQuery]:
        own, (source, subject) = self.get_own(state), self.find_subject(state)
        wanted: dict[str, AnyQuery] = {}
        for slot in range(2):
            model, which = state.models[slot], state.get_map_name(slot)
            wanted[f"cleaning {slot}"] = Denoising(
                model, which, source_model=source, subject=subject, noise=own.noise, level=own.level, seed=own.seed
            )
            wanted[f"curve {slot}"] = NoiseCurve(model, source, own.noise)
        return wanted

    def find_subject(self, state: State) -> tuple[str, Subject]:
        """Return the model whose sample is denoised, and that sample or the user image. It is the first model if both
        have the sample, so that a stand-in for the original is the same whichever map was clicked."""
        if state.drawing.image is not None:
            return state.models[0], state.drawing.image
        _, image = self.get_own(state).sample or (0, -1)
        for model in state.models[:2]:
            dot = state.library[model].dot_of_image.get(image)
            if dot is not None:
                return model, Dot(dot)
        middles = list(Dots.of(state.get_checkpoint(0), state.get_map_name(0)).median_dots.values())
        return state.models[0], Dot(middles[(len(middles) - 1) // 2])

    def draw_on_map(self, frame: Frame[DenoiseState], slot: int, rect: Rect) -> list[Item]:
        return view.make_arrow_items(frame, slot, rect)

    def draw(self, frame: Frame[DenoiseState]) -> list[Item]:
        source, subject = self.find_subject(frame.state)
        title = tr("Clean (yours)")
        if isinstance(subject, Dot):
            label = int(frame.state.library[source].labels[subject.dot])
            name = say_name(frame.state.library[source].class_names[label]) if label >= 0 else tr("a sample")
            title = tr("Clean ({sample})", sample=name)
        return view.make_picture_items(frame, title) + view.make_chart_items(frame, frame.own.noise, frame.own.level)

    def choose_hint(self, frame: Frame[DenoiseState]) -> str:
        own, state = frame.own, frame.state
        models = [state.library[name] for name in state.models[:2]]
        teacher = next((one for one in models if one.traits.denoises), None)
        foreign = next((one for one in models if one.is_foreign), None)
        if teacher is None and foreign is not None:
            return tr("{model} comes from elsewhere: does it take noise off?", model=foreign.name)
        if teacher is None:
            preset = f"{models[0].config.data.name}-denoising"
            how = f"python train.py {preset}" if preset in list_preset_names() else "objective.name=denoising"
            return tr("Neither model has learnt to take noise off. Train one for these data: {command}", command=how)
        if state.models[0] == state.models[1]:
            return tr("Both sides show the same model: choose another one in a menu above (M, Shift+M).")
        if own.level == 0:
            return tr("At strength 0 there is no noise: what differs from the clean picture is lost in the code.")
        kinds, samples = (teacher.config.objective.noise, own.noise), teacher.sample_kind
        learnt, given = (view.describe_noise(kind, samples) for kind in kinds)
        if learnt != given:
            return tr(
                "{model} has learnt {learnt}, not {given}: how far does that carry?",
                model=teacher.name, learnt=learnt, given=given,
            )  # fmt: skip
        if state.overlay.pictures_hidden:
            return tr("Both get the same noise. Guess what each of them makes of it, then look.")
        return tr(self.hint)
