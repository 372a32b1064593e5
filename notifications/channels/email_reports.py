"""Which view reads the reports of which mail provider. Mounted by `notifications.urls`.

They are named and not imported: each brings its provider's own library, an installation has one provider, and most
processes take no reports at all.
"""

from __future__ import annotations

from django.utils.module_loading import import_string
from django.views import View

VIEWS = {
    "amazon_ses": "notifications.channels.ses_reports.TrackingView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailersend": "anymail.webhooks.mailersend.MailerSendTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "mailtrap": "anymail.webhooks.mailtrap.MailtrapTrackingWebhookView",
    "mandrill": "anymail.webhooks.mandrill.MandrillCombinedWebhookView",
    "postal": "anymail.webhooks.postal.PostalTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "resend": "anymail.webhooks.resend.ResendTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "sendinblue": "anymail.webhooks.sendinblue.SendinBlueTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
    "unisender_go": "anymail.webhooks.unisender_go.UnisenderGoTrackingWebhookView",
}
"""By the provider's name in our addresses."""


def view_class_of(provider: str) -> type[View]:
    """The class, loaded now. Raises KeyError for a provider that reports to nobody."""
    view_class: type[View] = import_string(VIEWS[provider])
    return view_class
