"""Greets the mail provider as far as it goes without a letter."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.utils import parseaddr

from anymail.exceptions import AnymailConfigurationError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from notifications import checks
from notifications.doctor.judging.mail import Kind, Provider, Trouble

PATIENCE_SECONDS = 5
NOWHERE = ("console", "dummy", "filebased", "locmem")
SETTING = re.compile(r"ANYMAIL_[A-Z0-9_]+")


def look() -> Provider:
    """What kind of provider it is, and what becomes of a greeting."""
    backend = settings.EMAIL_BACKEND
    if backend == checks.SMTP:
        return Provider(Kind.SMTP, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", trouble=greeted())
    if backend.removeprefix("django.core.mail.backends.").partition(".")[0] in NOWHERE:
        return Provider(Kind.NOWHERE, backend)
    kind = Kind.PROVIDER if checks.is_anymails(backend) else Kind.OTHER
    try:
        get_connection()
    except (AnymailConfigurationError, ImproperlyConfigured, ImportError) as lacking:
        named = SETTING.search(str(lacking))
        return Provider(kind, backend, trouble=Trouble.SETTINGS, missing=named.group() if named else "")
    return Provider(kind, backend)


def greeted() -> Trouble:
    """Connect, encrypt and log in as for a letter, and leave."""
    line = get_connection(timeout=PATIENCE_SECONDS)
    try:
        line.open()
        line.close()
    except smtplib.SMTPAuthenticationError:
        return Trouble.LOGIN
    except (ssl.SSLError, smtplib.SMTPNotSupportedError):
        return Trouble.TLS
    except (OSError, smtplib.SMTPException):
        return Trouble.AWAY
    return Trouble.NONE


def sender_domain() -> str:
    """The domain that letters come from, which is nobody's name."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
