"""Data sets: named ones, and folders of images."""
