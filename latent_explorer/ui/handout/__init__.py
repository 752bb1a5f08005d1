"""The hand-out of a lesson: each page's picture, card and question, and the answers at the end, as PDF or HTML."""
