"""What the brands' policies say, and what follows from them. Pure: no clock, no prose."""
