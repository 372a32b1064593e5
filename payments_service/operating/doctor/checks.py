"""The organs of this installation, each with who looks at it and who judges; the command `doctor` goes round."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from notifications.doctor.judging import mail as judge_mail
from notifications.doctor.probing import mail
from payments_service.operating.doctor.judging import machine as judge_machine
from payments_service.operating.doctor.judging import settings as judge_settings
from payments_service.operating.doctor.judging import stripe as judge_stripe
from payments_service.operating.doctor.probing import machine, stripe
from payments_service.operating.doctor.probing import settings as settings_read
from servicekit.doctor.judging import broker as judge_broker
from servicekit.doctor.judging import database as judge_database
from servicekit.doctor.judging import python as judge_python
from servicekit.doctor.probing import broker, database, python
from servicekit.doctor.rounds import Examine

CHECKS: Mapping[str, Examine] = {
    "settings": lambda: judge_settings.judge(settings_read.look()),
    "database": lambda: judge_database.judge(database.look(), debug=settings.DEBUG),
    "broker": lambda: judge_broker.judge(broker.look()),
    "worker and Beat": lambda: judge_broker.pulse(broker.pulse()),
    "lanes": lambda: judge_broker.lanes(broker.lanes()),
    "Stripe key": lambda: judge_stripe.key(stripe.key()),
    "Stripe endpoint": lambda: judge_stripe.endpoint(stripe.endpoint()),
    "webhook door": lambda: judge_stripe.door(stripe.door()),
    "mail provider": lambda: judge_mail.provider(mail.look()),
    "mail sender": lambda: judge_mail.sender(mail.sender_domain(), debug=settings.DEBUG),
    "libraries": lambda: judge_python.libraries(python.remarks(), machine.versions(), use="receipts are drawn"),
    "storage": lambda: judge_machine.files(machine.files()),
    "disk": lambda: judge_machine.room(machine.free()),
    "clock": lambda: judge_python.clock(machine.clock_skews()),
}
