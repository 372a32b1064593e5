"""Tools for who runs the service: whether it is well. It has no rows."""
