"""The Compare lab: two to four models side by side."""
