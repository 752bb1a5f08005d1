"""Threads and processes that work for the window and end with it."""
