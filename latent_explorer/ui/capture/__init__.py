"""Screenshots, recordings and exported films as files."""
