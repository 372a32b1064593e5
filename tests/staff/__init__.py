"""Who of the staff may do what, how they sign in, and what is on record of it."""
