"""Money comes in through Stripe, numbered receipts go out by email."""

from payments_service.config.celery_app import app as celery_app

__all__ = ["celery_app"]
