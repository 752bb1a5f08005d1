"""The colours of classes, on dark and on light ground."""

CLASS_COLOURS_ON_DARK = (
    "#549cdd", "#fdb22a", "#c3381f", "#9fadac", "#9045be", "#b27b6c", "#e8741e", "#c0b580", "#80848f", "#9ddde0",
    "#fcf078", "#606078", "#846cfc", "#d8d89c", "#78c0fc", "#8418f0", "#0c783c", "#906cb4", "#b49c6c", "#e4f0c0",
)  # fmt: skip
"""Class colours. Ten that any colour vision can distinguish (Petroff 2021, arXiv:2107.02270), a little brighter; then
ten more, each at the largest distance (0.066 and more in OKLab) from all before it, also without red or green."""
CLASS_COLOURS_ON_LIGHT = (
    "#3b95ed", "#bc8c26", "#751c23", "#6e6e81", "#ba00f9", "#993400", "#b05900", "#908972", "#574e5f", "#00a3b6",
    "#5400a8", "#6c54b4", "#48306c", "#6000d8", "#3084b4", "#544890", "#6c7854", "#fc3ce4", "#3c3c48", "#606048",
)  # fmt: skip
"""The same ten hues, moved until each has a contrast of 3 to white: the nearest two are 0.09 apart in OKLab (0.06
before), also without red or green (Machado et al. 2009); then ten more, chosen as above."""
UNLABELLED_ON_LIGHT = "#4d5565"
"""Colour of a sample without a label."""
