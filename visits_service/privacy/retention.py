"""The kinds of personal data that visits_service keeps, in the order in which they are purged, and for how long."""

from __future__ import annotations

from django.conf import settings

from privacy import letters, watching
from privacy.service import Kind
from visits_service.privacy import forgetting


def kinds() -> tuple[Kind, ...]:
    """Each with the period that the settings say now."""
    answers, visits = settings.KEEP_ANSWERS, settings.KEEP_VISITS
    return (
        *letters.kinds(),
        Kind("answers", answers, "nothing", forgetting.overdue_answers, "received_at", forgetting.purge_answers),
        Kind("visits", visits, "what was refused", forgetting.overdue_visits, "starts_at", forgetting.purge_visits),
        Kind("opt-outs", visits, "a keyed hash", forgetting.overdue_opt_outs, "since", forgetting.purge_opt_outs),
        *watching.kinds(),
    )
