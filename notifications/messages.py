"""What may be handed to the outbox: plain values that are refused here when no provider could send them. Pure."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import TypeAlias

LONGEST_LINE = 500
LONGEST_ADDRESS = 254
LONGEST_MAILBOX = 600
LONGEST_KEY = 200
LONGEST_TAG = 35
LONGEST_ABOUT = 100
LONGEST_EVENT = 255

# A line break in a header starts a new header, whichever of Unicode's line breaks it is.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")

# RFC 5322 dot-atom in ASCII. Other local parts would need SMTPUTF8 on every hop, and Django would encode them
# into another address; a domain may be international, the backends encode it.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
ADDRESS = re.compile(rf"(?=.{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*")
MAILBOX = re.compile(rf"[^<>]*<{ADDRESS.pattern}>|{ADDRESS.pattern}")

# ITU-T E.164: at most 15 digits with the country code, which never starts with 0.
E_164 = re.compile(r"\+[1-9][0-9]{6,14}")

# Some providers garble names outside ASCII, and a path separator is nobody's file name.
FILENAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .()+-]{0,98}[A-Za-z0-9)]")
CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(?:; ?[a-z]+=[A-Za-z0-9._+-]+)*")
CHARSET = re.compile(r"; ?charset=(?!utf-8(?:;|$))", re.IGNORECASE)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")

OURS = frozenset(
    [
        "auto-submitted",
        "bcc",
        "cc",
        "content-language",
        "date",
        "from",
        "message-id",
        "mime-version",
        "reply-to",
        "sender",
        "subject",
        "to",
    ]
)


class Refused(ValueError):
    """A message that can't be sent as it is. `field` says where; the value itself is never quoted."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in the default storage, or its content as text, and the ASCII name and media type that people see.

    The media type may have parameters: `text/calendar; method=REQUEST; charset=utf-8`. Text travels as UTF-8.
    """

    storage_key: str = ""
    _: KW_ONLY
    filename: str
    content_type: str
    text: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Raise `Refused` for a name that isn't plain ASCII, a media type that isn't one, or no or two contents."""
        one = bool(self.storage_key) != bool(self.text)
        require(one, "attachment.storage_key", "name the stored file or give the text, one of the two")
        require(FILENAME.fullmatch(self.filename), "attachment.filename", "use ASCII letters, digits, . _ - only")
        known = CONTENT_TYPE.fullmatch(self.content_type)
        require(known, "attachment.content_type", "expected type/subtype, or type/subtype; name=value")
        require(not UNSTORABLE.search(self.text), "attachment.text", "contains characters that can't be stored")
        require(not (self.text and CHARSET.search(self.content_type)), "attachment.content_type", "text is UTF-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One email to one person, already rendered.

    `to` is a bare address and `to_name` what stands before it; `from_email` and `reply_to` may be
    `Name <address>`, and an empty `from_email` means `DEFAULT_FROM_EMAIL`. `language` is a BCP 47 tag.
    `dedupe_key` names the one occasion for this email: the same key is never queued twice. `about` is an opaque
    reference by which others find it. After `useful_until` (UTC) it isn't sent any more.
    """

    to: str
    subject: str
    text: str
    language: str
    dedupe_key: str
    html: str = ""
    about: str = ""
    to_name: str = ""
    reply_to: str = ""
    from_email: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    useful_until: datetime | None = None

    def __post_init__(self) -> None:
        """Raise `Refused` for what would be another message on the wire than the caller meant."""
        for name in ("subject", "to_name"):
            check_line(name, getattr(self, name), LONGEST_LINE)
        check_addresses(self)
        check_occasion(self)
        require(self.text, "text", "an email needs a text part")
        require(not UNSTORABLE.search(self.text + self.html), "text", "contains characters that can't be stored")
        for name, value in self.headers:
            require(HEADER_NAME.fullmatch(name) and name.lower() not in OURS, "headers", "not a name to add")
            check_line("headers", value, LONGEST_LINE * 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One text to one phone, already worded; the fields are those of `Email`, and `to` is a number in E.164.

    Number and text stay out of `repr`, so that no log gets them by accident.
    """

    to: str = field(repr=False)
    text: str = field(repr=False)
    language: str
    dedupe_key: str
    about: str = ""
    useful_until: datetime | None = None

    def __post_init__(self) -> None:
        """Raise `Refused` for what no provider could send."""
        require(E_164.fullmatch(self.to), "to", "expected a number in E.164, such as +48 and 9 digits")
        check_occasion(self)
        require(self.text.strip(), "text", "an SMS needs a text")
        require(not UNSTORABLE.search(self.text), "text", "contains characters that can't be stored")


Message: TypeAlias = Email | Sms
"""What the outbox takes."""


def require(good: object, field: str, reason: str) -> None:
    """Raise `Refused` unless `good`."""
    if not good:
        raise Refused(field, reason)


def check_line(field: str, value: str, longest: int) -> None:
    """Raise `Refused` for line breaks, control characters and excess length."""
    require(not CONTROLS.search(value), field, "line breaks and control characters can't be sent")
    require(len(value) <= longest, field, f"longer than {longest} characters")


def check_occasion(message: Message) -> None:
    """What every message says of itself: the occasion, what it is about, its language, and how long it is of use."""
    require(message.dedupe_key, "dedupe_key", "name the occasion")
    check_line("dedupe_key", message.dedupe_key, LONGEST_KEY)
    check_line("about", message.about, LONGEST_ABOUT)
    tag = len(message.language) <= LONGEST_TAG and LANGUAGE.fullmatch(message.language)
    require(tag, "language", "expected a tag such as en or pt-BR")
    until = message.useful_until
    require(until is None or until.utcoffset() is not None, "useful_until", "expected an instant with its time zone")


def check_addresses(email: Email) -> None:
    """The recipient is one bare address; the other two may carry a name."""
    check_line("to", email.to, LONGEST_ADDRESS)
    require(is_address(email.to), "to", "expected one address such as name@example.org")
    for name in ("reply_to", "from_email"):
        value = getattr(email, name)
        check_line(name, value, LONGEST_MAILBOX)
        require(not value or MAILBOX.fullmatch(value), name, "expected an address or `Name <address>`")


def is_address(text: str) -> bool:
    """Whether this is one bare address that can be written to; a domain may be international."""
    if len(text) > LONGEST_ADDRESS or not ADDRESS.fullmatch(text):
        return False
    try:
        return bool(domain(text))
    except UnicodeError:
        return False


def domain(mailbox: str) -> str:
    """The domain of `address` or `Name <address>`, in ASCII."""
    return mailbox.rpartition("@")[2].rstrip("> ").encode("idna").decode("ascii")
