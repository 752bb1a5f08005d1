"""What drives the window in place of a hand: scripts, lessons, the benchmark."""
