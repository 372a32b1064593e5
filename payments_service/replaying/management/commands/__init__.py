"""What can be asked to be done again from a terminal."""
