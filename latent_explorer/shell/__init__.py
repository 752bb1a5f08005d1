"""The shell around the labs: mouse, keys, toolbar, undo, sessions, lessons. Knows the labs, and no window."""
