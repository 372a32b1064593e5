"""`/anymail/PROVIDER/tracking/` for each of Anymail's providers; a service includes this at its root."""

from __future__ import annotations

from typing import Any

from anymail import urls as anymail_urls
from anymail.webhooks import amazon_ses
from django.urls import URLPattern, include, path

from notifications.channels import ses_reports
from notifications.views import door_for

# Anymail has addresses for incoming mail too; nobody here reads any, so they don't exist.
REPORTS = [each for each in anymail_urls.urlpatterns if "inbound" not in each.name]
OURS = {amazon_ses.AmazonSESTrackingWebhookView: ses_reports.TrackingView}


def reported(theirs: URLPattern) -> URLPattern:
    """One of Anymail's addresses, with our door in it."""
    view: Any = theirs.callback
    view_class = OURS.get(view.view_class, view.view_class)
    return URLPattern(theirs.pattern, door_for(view_class), name=theirs.name)


urlpatterns = [path("anymail/", include(([reported(each) for each in REPORTS], "anymail")))]
