"""Stripe's traffic without Stripe: signed events of payments that never were, played to a running service."""
