"""A hand-out as a file, in the format of its name."""

from pathlib import Path

from latent_explorer import files
from latent_explorer.ui.handout.handout import Handout


def write(path: Path, handout: Handout) -> None:
    """Write a hand-out in the format of the file's name. Raise `WorkError` if the file cannot be written."""
    if path.suffix.lower() == ".pdf":
        from latent_explorer.ui.handout.pdf_writer import make_pdf

        files.write(path, make_pdf(handout))
    else:
        from latent_explorer.ui.handout.html_writer import make_html

        files.write(path, make_html(handout).encode())
