"""What is moved along a direction, said in whole sentences for each kind of source."""

from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.labs.arithmetic.queries import ShiftSource
from latent_explorer.scene import sample_facts
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr
from latent_explorer.user_image import OwnImage

ADDED_TO_SAMPLE = {
    "picture": mark("{amount}, added to the picture under the mouse"),
    "curve": mark("{amount}, added to the curve under the mouse"),
    "row": mark("{amount}, added to the row under the mouse"),
}
FILM_OF_SAMPLE = {
    "picture": mark("The picture under the mouse and more or less of {direction}: press or drag"),
    "curve": mark("The curve under the mouse and more or less of {direction}: press or drag"),
    "row": mark("The row under the mouse and more or less of {direction}: press or drag"),
}
"""By what a sample is called."""


def describe_addition(state: State, source: ShiftSource, amount: str, *, typical: bool = False) -> str:
    """Return that `amount` of a direction is added to the source; `typical` of a sample that nobody chose."""
    match source:
        case OwnImage():
            return tr("{amount}, added to your own picture", amount=amount)
        case MapPosition():
            return tr(ADDED_TO_SAMPLE[state.get_checkpoint(0).sample_kind.words.one], amount=amount)
        case Dot() if typical:
            return tr("{amount}, added to a typical sample", amount=amount)
        case Dot(dot=dot) if sample_facts.has_classes(state, 0):
            name = sample_facts.say_class_name(state, 0, dot)
            return tr("{amount}, added to the sample you chose (class {class_name})", amount=amount, class_name=name)
        case Dot():
            return tr("{amount}, added to the sample you chose", amount=amount)
    return tr("{amount}, added to the mean of C", amount=amount)


def describe_film(state: State, source: ShiftSource, direction: str, *, typical: bool) -> str:
    """Return what the film strip shows of the source, and what can be done with it."""
    match source:
        case OwnImage():
            return tr("Your own picture and more or less of {direction}: press or drag", direction=direction)
        case MapPosition():
            return tr(FILM_OF_SAMPLE[state.get_checkpoint(0).sample_kind.words.one], direction=direction)
        case Dot() if typical:
            return tr("A typical sample and more or less of {direction}: press or drag", direction=direction)
        case Dot(dot=dot) if sample_facts.has_classes(state, 0):
            return tr(
                "The sample you chose (class {class_name}) and more or less of {direction}: press or drag",
                class_name=sample_facts.say_class_name(state, 0, dot), direction=direction,
            )  # fmt: skip
        case Dot():
            return tr("The sample you chose and more or less of {direction}: press or drag", direction=direction)
    return tr("The mean of C and more or less of {direction}: press or drag", direction=direction)
