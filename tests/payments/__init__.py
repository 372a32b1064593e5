"""Payments as they grow from events."""
