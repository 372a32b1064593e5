"""Who of the clinic's staff may do what at the admin, how they sign in, and what they looked at; for both services."""
