"""The Anomaly lab: how unusual a picture is to a model."""
