"""Email, through Django's email API: whatever `EMAIL_BACKEND` names, Anymail's included. Called by `delivery`."""

from __future__ import annotations

from email import encoders
from email.headerregistry import Address
from email.mime.base import MIMEBase

from anymail.exceptions import AnymailError
from anymail.message import AnymailStatus
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives

from notifications import messages, models
from notifications.channels import connection, faults
from servicekit import correlation
from servicekit.failures import GiveUp, TryLater

TAKEN = frozenset({"sent", "queued"})
"""What Anymail calls a message that the provider will bring across."""
OTHER_SHAPE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What Anymail stumbles over where a provider's answer isn't of the shape that it has had."""


def send_record(message: models.Message) -> str:
    """Send the email on record; see `send`."""
    return send(message.email(), message_id=message.message_id)


def send(email: messages.Email, *, message_id: str) -> str:
    """Hand one email to the provider and return the provider's id of it, or nothing where it gives none.

    Raises TryLater and GiveUp.
    """
    mail = compose(email, message_id=message_id)
    try:
        sent = hand_over(mail)
    except (OSError, AnymailError) as error:
        raise faults.sort(error) from error
    except OTHER_SHAPE as error:
        if not (status := answered(mail)):
            raise
        raise faults.sort_status(status) from error
    if not sent:
        raise GiveUp("backend_sent_nothing")
    return provider_id(mail)


def hand_over(mail: EmailMultiAlternatives) -> int:
    """Send on the kept connection; one that had gone stale is replaced once, as nothing was handed over yet."""
    reused = connection.is_warm()
    try:
        return connection.send(mail)
    except OSError as error:
        if not (reused and faults.went_stale(error)):
            raise
    return connection.send(mail)


def compose(email: messages.Email, *, message_id: str) -> EmailMultiAlternatives:
    """The message for Django. The same record always gives the same content and the same Message-ID."""
    mail = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        from_email=email.from_email,
        to=[mailbox(email.to, name=email.to_name)],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers={
            "Message-ID": message_id,
            "Content-Language": email.language,
            "Auto-Submitted": "auto-generated",  # RFC 3834: holiday notices don't answer to it
            **traced(),
            **dict(email.headers),
        },
    )
    if email.html:
        mail.attach_alternative(email.html, "text/html")
    for attachment in email.attachments:
        mail.attach(part(attachment))
    return mail


def traced() -> dict[str, str]:
    """The id that the provider's own log can be searched for."""
    return {correlation.EMAIL_HEADER: correlation.current()} if correlation.current() else {}


def part(attachment: messages.Attachment) -> MIMEBase:
    """The attachment as it travels; a whole part, as Django and Anymail lose a media type's parameters otherwise.

    Base64 keeps every byte: calendar files end their lines with CR and LF, on whichever system they are read.
    """
    maintype, subtype = attachment.content_type.partition(";")[0].split("/")
    charset = "; charset=utf-8" if attachment.text and "charset=" not in attachment.content_type else ""
    travelling = MIMEBase(maintype, subtype)
    travelling.replace_header("Content-Type", attachment.content_type + charset)
    travelling.set_payload(content(attachment))
    encoders.encode_base64(travelling)
    travelling.add_header("Content-Disposition", "attachment", filename=attachment.filename)
    return travelling


def mailbox(address: str, *, name: str) -> str:
    """`Name <address>`, quoted where the name needs it.

    Mail programs would read `=?utf-8?q?Eve?=` in a name as another name (RFC 2047), so it is taken apart.
    """
    if not name:
        return address
    local, _, domain = address.rpartition("@")
    return str(Address(display_name=name.replace("=?", "= ?"), username=local, domain=domain))


def content(attachment: messages.Attachment) -> bytes:
    """The text, or the stored file.

    Raises TryLater: a storage that is away comes back, and one lost file needs a person.
    """
    if attachment.text:
        return attachment.text.encode()
    try:
        with default_storage.open(attachment.storage_key) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise TryLater("attachment_missing") from error
    except OSError as error:
        raise TryLater("attachment_unreadable") from error


def answered(mail: EmailMultiAlternatives) -> int:
    """The HTTP status of the provider's answer; 0 before there is one, and for who answers in another way."""
    status: AnymailStatus | None = getattr(mail, "anymail_status", None)
    return int(getattr(status and status.esp_response, "status_code", 0))


def provider_id(mail: EmailMultiAlternatives) -> str:
    """The provider's id for the message, as Anymail learned it; other backends learn nothing.

    Raises GiveUp when the provider answered without saying that it took the message: a repeat might be a second
    copy, so a person has to look.
    """
    status: AnymailStatus | None = getattr(mail, "anymail_status", None)
    if status is None:
        return ""
    known = status.message_id if isinstance(status.message_id, str) and status.message_id.isprintable() else ""
    if not known and not TAKEN.intersection(status.status or ()):
        raise GiveUp("unclear_answer")
    return known
