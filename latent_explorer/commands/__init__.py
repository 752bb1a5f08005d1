"""The two commands, `demo.py` and `train.py`: parse the arguments, make one call, return an exit status."""
