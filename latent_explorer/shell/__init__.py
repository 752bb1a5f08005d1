"""What is the same in every lab: mouse, keys, toolbar, undo, sessions, lessons. Knows the labs, and no window."""
