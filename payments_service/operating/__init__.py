"""Tools for who runs the service: whether it is well, whether Stripe knows it, whether it does what it should."""
