"""Building blocks of every lab: state, events, items to draw, charts, controls. Knows no lab and no window."""
