"""Trains an open model further on the pictures of the gallery, in a process of its own."""
