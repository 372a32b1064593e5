"""The organs of this installation, each with who looks at it and who judges; the command `doctor` goes round."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from notifications.doctor.judging import mail as judge_mail
from notifications.doctor.judging import sms as judge_sms
from notifications.doctor.probing import mail, sms
from servicekit.doctor.judging import broker as judge_broker
from servicekit.doctor.judging import database as judge_database
from servicekit.doctor.judging import python as judge_python
from servicekit.doctor.probing import broker, database, python
from servicekit.doctor.rounds import Examine
from visits_service.operating.doctor import judging, probing

CHECKS: Mapping[str, Examine] = {
    "settings": lambda: judging.settings(probing.settings_read()),
    "database": lambda: judge_database.judge(database.look(), debug=settings.DEBUG),
    "broker": lambda: judge_broker.judge(broker.look()),
    "worker and Beat": lambda: judge_broker.pulse(broker.pulse()),
    "lanes": lambda: judge_broker.lanes(broker.lanes()),
    "mail provider": lambda: judge_mail.provider(mail.look()),
    "mail sender": lambda: judge_mail.sender(mail.sender_domain(), debug=settings.DEBUG),
    "SMS provider": lambda: judge_sms.judge(sms.look()),
    "time zones": lambda: judging.zones(probing.zones()),
    "languages": lambda: judging.languages(probing.languages()),
    "libraries": lambda: judge_python.libraries(python.remarks(), python.versions(), use="it runs"),
    "clock": lambda: judge_python.clock(probing.clock_skews()),
}
