"""How customers reach the assistant: one connector a file, all on `base`."""
