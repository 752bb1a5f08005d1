"""The config of a training run as frozen dataclasses, read from YAML and checked once.

Every key declares its type, default and limits; an unknown key, a wrong type or an impossible value is an
`InputError` that names the key, what arrived and what is allowed. It does not know how a model is built or trained.
"""

from latent_explorer.config.reading import from_dict, list_preset_names, load, override
from latent_explorer.config.sections import (
    BACKENDS,
    DISTANCE_METRICS,
    FOREIGN_NETWORKS,
    NATIVE_SHAPES,
    NETWORKS,
    OWN_SETS,
    SHAPED_BY_FILE,
    WITHOUT_PIXELS,
    Config,
    Data,
    Map,
    Model,
    Objective,
    Training,
)

__all__ = [
    "BACKENDS", "DISTANCE_METRICS", "FOREIGN_NETWORKS", "NATIVE_SHAPES", "NETWORKS", "OWN_SETS",
    "SHAPED_BY_FILE", "WITHOUT_PIXELS", "Config", "Data", "Map", "Model", "Objective", "Training", "from_dict",
    "list_preset_names", "load", "override",
]  # fmt: skip
