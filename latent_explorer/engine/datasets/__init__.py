"""The data sets behind the open models: downloaded, loaded, and what is known of their samples."""
