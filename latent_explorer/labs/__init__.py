"""The labs, one folder each. A new lab is a new folder here with a file `lab.py`; no list names it."""

import importlib
import pkgutil

from latent_explorer.scene.lab import AnyLab, Lab


def find_labs() -> dict[str, AnyLab]:
    """Return a lab of each folder, by its name, in the order of their tabs."""
    modules = [
        importlib.import_module(f"{__name__}.{folder.name}.lab")
        for folder in pkgutil.iter_modules(__path__)
        if folder.ispkg
    ]
    labs: list[AnyLab] = [
        value()
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Lab) and value.__module__ == module.__name__
    ]
    return {lab.name: lab for lab in sorted(labs, key=lambda lab: (lab.order, lab.name))}


LABS = find_labs()
