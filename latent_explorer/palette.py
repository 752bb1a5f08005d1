"""The colours of classes, on dark and on light ground."""

CLASS_COLOURS_ON_DARK = (
    "#6e86fe", "#fbd75c", "#d63619", "#1fb8b3", "#a132bf", "#935240", "#f87e0d", "#a1b65f", "#ee9dfe", "#b4ecfa",
    "#8224f7", "#776071", "#c38277", "#565f8d", "#a775cb", "#f9ab98", "#cbe5d3", "#7058eb", "#d3039a", "#8e8947",
)  # fmt: skip
"""Class colours: blue, yellow, red, teal, purple, brown, orange, olive, pink, ice. Any two of these ten are at least 20
apart in CIELAB (CIE 1976, D65), also without red, green or blue cones (Machado et al. 2009), and each has a contrast of
3 to the map. They were found by gradient descent on these conditions. Ten more follow, each at the largest distance, 13
and more, from all before it."""
CLASS_COLOURS_ON_LIGHT = (
    "#3e40ee", "#a28e4c", "#c02a0d", "#0d6d6a", "#630d79", "#481a0d", "#e2720d", "#565f3c", "#a20dba", "#0d9cb5",
    "#9e70ff", "#342530", "#c58378", "#7f8ee6", "#754e91", "#7a1d02", "#23442f", "#36088e", "#ee56b6", "#787225",
)  # fmt: skip
"""The same hues in OKLab, lighter or darker and more or less vivid, under the same conditions on white."""
UNLABELLED_ON_LIGHT = "#4d5565"
"""Colour of a sample without a label."""
