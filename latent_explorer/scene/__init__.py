"""What every lab is made of: state, events, items to draw, charts, controls. Knows no lab and no window."""
