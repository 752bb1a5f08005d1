"""Motion between the pictures of one subject."""
