"""Texts that would make a patient unsubscribe without meaning to, and texts that only look so."""

from __future__ import annotations

import pytest

from notifications.sms.intents import Intent
from notifications.sms.invitations import misleading


@pytest.mark.parametrize(
    ("language", "template", "word"),
    [
        ("en", "Reply CANCEL to cancel your visit.", "CANCEL"),
        ("en", "reply cancel to cancel", "cancel"),
        ("en-GB", "Please reply with the word yes to confirm", "yes"),
        ("en", "Text back yes", "yes"),
        ("en", "Text us to cancel", "cancel"),
        ("en", "Reply 1 or cancel", "cancel"),
        ("en", "Reply YES or NO", "YES"),
        ("en", "Reply STOP to cancel your visit on {{ date }}", "STOP"),
        ("en", "{{ clinic }}: YES = confirm", "YES"),
        ("en", '{% translate "Reply CANCEL to cancel" %}', "CANCEL"),
        ("en", "Reply CANCEL to opt out of your visit", "CANCEL"),
        ("en", "Reply {% if x %}QUIT{% endif %}", "QUIT"),
        ("pl", "Odpisz YES, aby potwierdzić", "YES"),
        ("pl", "Wyślij SMS o treści cancel", "cancel"),
        ("pl", "Odpisz STOP, aby odwołać wizytę.", "STOP"),
        ("de", "Antworten Sie mit Stop, um den Termin abzusagen", "Stop"),
        ("de", "Senden Sie JA oder YES", "YES"),
        ("ar", "أرسل STOP لإلغاء الموعد", "STOP"),
        ("ar", "أرسل كلمة cancel", "cancel"),
        ("fr", "Répondez « cancel » pour annuler", "cancel"),
        ("fr", "Répondez 'end'", "end"),
        ("fr", "Répondez CANCEL", "CANCEL"),
    ],
)
def test_a_reply_that_would_unsubscribe_or_subscribe_is_found(language: str, template: str, word: str) -> None:
    found = misleading(template, language=language)

    assert [invitation.word for invitation in found] == [word]
    assert found[0].effect in {Intent.STOP, Intent.START}
    assert word in found[0].sentence


@pytest.mark.parametrize(
    ("language", "template"),
    [
        ("en", "Reply 1 to confirm, 2 to be called. Reply STOP to opt out."),
        ("en", "Reply STOP to unsubscribe"),
        ("en", "Reply STOP to end messages, START to get reminders again"),
        ("en", "To cancel or move it, call {{ phone }}."),
        ("en", "Reply 1 to cancel, or call us by the end of the day."),
        ("en", "Please answer by the end of the day"),
        ("en", "{# reply CANCEL #}See you at {{ start }}! {% if cancel %}Please call.{% endif %}"),
        ("en", "Reply HELP for help"),
        ("pl", "Odpisz 1, aby potwierdzić, 2, aby poprosić o telefon. STOP: rezygnacja z SMS."),
        ("pl", "Odpisz STOP, aby nie otrzymywać wiadomości"),
        ("de", "Mit 1 bestätigen Sie. Antworten Sie STOP, um keine SMS mehr zu erhalten."),
        ("de", "Abmelden: STOP"),
        ("ar", "أرسل 1 للتأكيد. أرسل STOP لإلغاء الاشتراك"),
    ],
)
def test_an_honest_text_passes(language: str, template: str) -> None:
    assert misleading(template, language=language) == ()


def test_each_word_is_named_with_what_it_would_do() -> None:
    found = misleading("Reply YES to confirm.\nReply CANCEL to cancel.", language="en")

    assert [(invitation.word, invitation.effect) for invitation in found] == [
        ("YES", Intent.START),
        ("CANCEL", Intent.STOP),
    ]
