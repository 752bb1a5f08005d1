"""The Generate lab: new pictures out of noise."""
