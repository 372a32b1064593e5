"""Commands of both services."""
