"""The queries that several labs share, one kind of answer a module."""
