"""Stripe's events come in: verified, kept, answered at once, and processed later on Celery."""
