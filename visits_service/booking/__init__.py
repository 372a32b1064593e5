"""The clinic's own doors: what its booking system, a file or its staff say of visits is saved and planned together."""
