"""What `make` runs: set-up, training, starting. Plain Python 3.8+, standard library only.

It has to work before `.venv` exists, so nothing here imports a package at module level;
the supervising part (`serve`) runs inside `.venv` and imports what it needs when called.
"""
