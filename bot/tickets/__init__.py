"""Tickets: what they are (`model`), how they move (`lifecycle`), where they are kept (`store`)."""
