"""Looks at the settings that were read."""

from __future__ import annotations

from django.conf import settings

from payments_service.operating.doctor.judging.settings import Settings
from payments_service.payments import stripe_api


def look() -> Settings:
    """What the judgement needs of them, and no value that is a secret."""
    return Settings(
        debug=settings.DEBUG,
        laptop_secret=settings.SECRET_KEY == settings.LAPTOP_SECRET,
        public_url=settings.PUBLIC_URL,
        live_key=stripe_api.is_live(),
        api_tokens=len(settings.API_TOKENS),
    )
