"""Print what lessons, pages and the window claim, whether it is true of the shipped models, and by how much.

    [LATENT_EXPLORER_DATA=DIR] python tests/claims.py [PLACE]

Claims about held-out images need MNIST in DIR/MNIST/raw. PLACE is a lesson or a part of a file's path.
"""

import sys
from pathlib import Path


def main(wanted: str) -> bool:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.claim_checks.claim import HAS_MNIST
    from tests.claim_checks.table import CLAIMS

    true = True
    for claim in CLAIMS:
        if wanted not in claim.place:
            continue
        if claim.needs_mnist and not HAS_MNIST:
            print(f"?     {claim.place:15} {claim.text}  [needs MNIST]", flush=True)
            continue
        found = claim.check()
        true &= found.holds
        said = "true " if found.holds else "FALSE"
        print(f"{said} {claim.place:15} {claim.text}  [{claim.how}: {found.figures}]", flush=True)
    return true


if __name__ == "__main__":
    sys.exit(not main((*sys.argv, "")[1]))
