"""What the stress tests of files share: what the program writes, where a write can fail, and which file is whole."""
