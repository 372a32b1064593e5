"""The inbox's door: what gets in, what is refused, and what happens to it first."""
