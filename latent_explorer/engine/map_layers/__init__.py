"""Layers painted under the dots of a map: heat maps and tiles of decoded pictures."""
