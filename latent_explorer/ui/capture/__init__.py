"""Pictures, recordings and films of the window as files."""
