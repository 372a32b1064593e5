"""What arrives is what stands on record, in every script, and a repeat is a copy."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from notifications import delivery, messages, models
from tests.notifications.builders import a_file, a_message, an_invitation, now_due
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


def part(mail: EmailMessage, kind: str) -> str:
    """The text of one alternative."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).removesuffix("\n")


def arrived(mail_server: MailServer, message: models.Message) -> EmailMessage:
    """Deliver it and take it out of the mailbox."""
    delivery.deliver(message.pk)
    return mail_server.mails[-1]


SCRIPTS = [
    ("pl", "Zażółć gęślą jaźń", "Łukasz Wójcik-Żak"),
    ("ar", "إيصال الدفع رقم 7", "فاطمة الزهراء"),
    ("he", "הקבלה שלך", "נועה כהן"),
    ("ja", "領収書をお送りします", "山田 太郎"),
    ("de", "Ihr Beleg, „endgültig“", 'Müller, Jörg "Jo" <x>'),
    ("en", "A long subject " + "that goes on and on " * 10, "O'Neil; Dr. (phil.)"),
]


@pytest.mark.parametrize(("language", "subject", "name"), SCRIPTS)
def test_what_arrives_equals_the_record(mail_server: MailServer, language: str, subject: str, name: str) -> None:
    subject = subject.strip()
    message = a_message(
        language=language, subject=subject, to_name=name, text=f"{name}\n{subject}", html=f"<b>{name}</b>"
    )

    mail = arrived(mail_server, message)

    record = message.email()
    assert mail["Subject"] == record.subject == subject
    assert [(to.display_name, to.addr_spec) for to in mail["To"].addresses] == [(record.to_name, record.to)]
    assert part(mail, "plain").splitlines() == record.text.splitlines()
    assert part(mail, "html") == record.html
    assert mail["Content-Language"] == language


def test_the_headers_say_who_writes_and_that_a_machine_does(mail_server: MailServer) -> None:
    message = a_message(
        from_email="Łódź Clinic <receipts@clinic.example>",
        reply_to="Front desk <desk@clinic.example>",
        headers=(("List-Unsubscribe", "<https://clinic.example/u/1>"),),
    )

    mail = arrived(mail_server, message)

    assert mail["From"].addresses[0].display_name == "Łódź Clinic"
    assert mail["Reply-To"].addresses[0].addr_spec == "desk@clinic.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://clinic.example/u/1>"
    assert mail["Message-ID"] == message.message_id
    assert message.message_id.endswith("@clinic.example>")


def test_without_a_sender_the_clinics_own_stands_on_record(mail_server: MailServer) -> None:
    message = a_message()

    mail = arrived(mail_server, message)

    assert message.from_email == "Clinic <receipts@clinic.example>"
    assert mail["From"] == message.from_email


def test_a_pdf_arrives_byte_for_byte_under_its_ascii_name(mail_server: MailServer) -> None:
    content = b"%PDF-1.7\n" + bytes(range(256)) * 400
    key = default_storage.save("documents/one.pdf", ContentFile(content))
    message = a_message(attachments=(a_file(key, filename="receipt-2026-0001.pdf"),))

    mail = arrived(mail_server, message)

    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == "receipt-2026-0001.pdf"
    assert attached.get_content() == content


def test_an_invitation_arrives_as_mail_programs_want_it(mail_server: MailServer) -> None:
    invitation = an_invitation()
    message = a_message(attachments=(invitation,))

    mail = arrived(mail_server, message)

    # RFC 6047, 2.4: the media type names the method, and the charset when it isn't ASCII.
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert dict(attached["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert (attached.get_filename(), attached.get_content_disposition()) == ("visit.ics", "attachment")
    assert attached.get_payload(decode=True) == invitation.text.encode()
    assert (part(mail, "plain"), part(mail, "html")) == (message.text, message.html)


@pytest.mark.parametrize("content_type", ["text/csv", "text/csv; charset=UTF-8", "application/json"])
def test_a_text_is_utf_8_whatever_its_type_says(mail_server: MailServer, content_type: str) -> None:
    attachment = messages.Attachment(text="żółw, 10 €\r\n", filename="list.txt", content_type=content_type)
    message = a_message(attachments=(attachment,))

    mail = arrived(mail_server, message)

    (attached,) = mail.iter_attachments()
    assert (attached.get_content_charset() or "").lower() == "utf-8"
    assert attached.get_payload(decode=True) == attachment.text.encode()


def test_a_repeat_is_the_same_message(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("drop after the content")
    delivery.deliver(message.pk)
    now_due(message)

    delivery.deliver(message.pk)

    ids = {raw.split(b"Message-ID: ")[1].split(b"\r\n")[0] for raw in mail_server.taken}
    assert ids == {message.message_id.encode()}
    assert len({part(mail, "html") + mail["Subject"] for mail in mail_server.mails}) == 1


def test_an_international_domain_travels_in_ascii(mail_server: MailServer) -> None:
    message = a_message(to="anna@klinika-żółta.example", from_email="Klinika <a@żółta.example>")

    delivery.deliver(message.pk)

    in_ascii = "klinika-żółta.example".encode("idna").decode()
    assert mail_server.recipients == [[f"anna@{in_ascii}"]]
    assert message.message_id.isascii()


def test_a_message_without_html_is_plain(mail_server: MailServer) -> None:
    message = a_message(html="")

    mail = arrived(mail_server, message)

    assert mail.get_content_type() == "text/plain"
    assert not list(mail.iter_attachments())
