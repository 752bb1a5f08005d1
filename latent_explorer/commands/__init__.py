"""The two commands: arguments in, one call, an exit status out."""
