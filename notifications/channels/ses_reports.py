"""Amazon SES's reports, which SNS posts: Anymail's view, and what it leaves out. Named by `email_reports`."""

from __future__ import annotations

import json
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks import amazon_ses
from botocore.exceptions import BotoCoreError, ClientError
from django.http import HttpRequest

from notifications.channels import sns_signature


class TrackingView(amazon_ses.AmazonSESTrackingWebhookView):  # type: ignore[misc]  # Anymail is untyped
    """Anymail's view, with SNS's signature verified and a delay called a delay."""

    def validate_request(self, request: HttpRequest) -> None:
        """Anymail calls this beside its own. Raises sns_signature.Away, or Anymail's refusal."""
        try:
            sns_signature.verify(json.loads(request.body))
        except sns_signature.Forged:
            raise AnymailWebhookValidationFailure("not signed by Amazon") from None

    def esp_to_anymail_events(self, ses_event: Any, sns_message: Any) -> list[AnymailTrackingEvent]:
        """Anymail has no word for SES's `DeliveryDelay`."""
        events: list[AnymailTrackingEvent] = super().esp_to_anymail_events(ses_event, sns_message)
        for event in events:
            if ses_event.get("eventType") == "DeliveryDelay":
                event.event_type = EventType.DEFERRED
        return events

    def auto_confirm_sns_subscription(self, sns_message: Any) -> None:
        """Confirm the topic of somebody who has the webhook secret. Raises sns_signature.NotConfirmed."""
        try:
            super().auto_confirm_sns_subscription(sns_message)
        except (BotoCoreError, ClientError):
            raise sns_signature.NotConfirmed from None
