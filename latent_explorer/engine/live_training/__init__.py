"""Trains small models while the window watches: in a process of its own, one moment after the other."""
