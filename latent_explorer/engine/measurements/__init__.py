"""What is measured of a model once and kept: its errors, its used dimensions, its pictures' likeness to the data."""
