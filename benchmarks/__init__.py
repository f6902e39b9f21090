"""Measured against stock Rasa in the same run: docs/performance.md and docs/understanding.md."""
