"""The window: its loop, its input, its files and its background jobs."""
