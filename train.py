#!/usr/bin/env python3
import sys

from latent_explorer.commands.train import main

if __name__ == "__main__":
    sys.exit(main())
