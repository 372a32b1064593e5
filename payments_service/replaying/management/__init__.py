"""Commands of the clinic's own doors."""
