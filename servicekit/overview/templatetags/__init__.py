"""What the overview's template asks for."""
