"""The window: its loop, its input, and what goes on behind it."""
