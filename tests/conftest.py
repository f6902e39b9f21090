"""What holds for every test: none of them measures time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)  # the first example reads the words, and machines are shared
settings.load_profile("patient")
