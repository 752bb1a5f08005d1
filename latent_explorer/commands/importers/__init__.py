"""Models that other programs saved, read without running any code of their files, and exported to ONNX."""
