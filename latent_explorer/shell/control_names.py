"""What a control without a label is called, where its value alone would not say what it sets."""

from latent_explorer.scene.controls import Control
from latent_explorer.texts import mark, tr

NAMES = {
    "lab": mark("lab"),
    "view": mark("view"),
    "model": mark("model"),
    "model 2": mark("model 2"),
    "model 3": mark("model 3"),
    "model 4": mark("model 4"),
    "map": mark("map"),
    "layer": mark("layer"),
    "colour": mark("colour"),
    "panel": mark("panel"),
    "shown": mark("shown"),
    "speed": mark("speed"),
    "noise": mark("noise"),
    "fill": mark("fill"),
    "along": mark("along"),
    "source": mark("source"),
    "reel": mark("reel"),
    "data": mark("data"),
    "count": mark("count"),
    "method": mark("method"),
    "colours": mark("colours"),
    "measure": mark("measure"),
    "foreign": mark("foreign"),
    "size": mark("size"),
    "bits": mark("bits"),
    "pair beta": mark("pair beta"),
    "new map": mark("method"),
    "metric": mark("metric"),
    "inverse": mark("inverse"),
}
"""By the names of the controls; one that is not here is called by its name."""


def name_control(control: Control) -> str:
    """Return what a control is called: its label, else its name."""
    return getattr(control, "label", "") or say_name(control.name)


def say_name(control: str) -> str:
    """Return what the control of a name is called, in the language of the window."""
    return tr(NAMES.get(control, control))
