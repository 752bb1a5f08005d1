"""The process of a window that `latent_explorer.explore` opens: `demo.py` with a model that stays in another process.

The first line of standard input says where its functions are served, with the key, which no list of processes shows.
"""

import json
import sys
from typing import TYPE_CHECKING

from latent_explorer.commands import demo, window_end
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions


def main() -> int:
    def run() -> int:
        options = demo.make_parser().parse_args(sys.argv[1:])
        return demo.run(options, connect=connect_functions)

    return window_end.leave(window_end.run_window("explore", run))


def connect_functions() -> "ExternalFunctions | None":
    """Return the functions that the other process serves; None for a checkpoint that holds its own model."""
    try:
        message = json.loads(sys.stdin.readline())
        address, key, names = str(message["address"]), bytes.fromhex(message["key"]), tuple(message["functions"])
    except (ValueError, KeyError, TypeError):
        raise InputError("this module is started by latent_explorer.explore; demo.py opens a checkpoint") from None
    if not names:
        return None
    from latent_explorer.models import remote_functions

    return remote_functions.connect(address, key, names)


if __name__ == "__main__":
    sys.exit(main())
