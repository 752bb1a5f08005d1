"""Programs that drive the window in place of a user: scripts, lessons, the benchmark."""
