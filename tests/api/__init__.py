"""The HTTP API as a booking system sees it."""
