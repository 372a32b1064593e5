"""visits_service's answers to what `privacy` asks; the setting `PERSONAL_DATA` names `SERVICE`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from privacy.service import Erased, Exported, Kind, Service
from visits_service.privacy import erasing, exporting, people, retention
from visits_service.privacy.people import Person


class Visits(Service):
    """Patients, visits, and what was written about them."""

    identifiers = people.IDENTIFIERS

    def kinds(self) -> Sequence[Kind]:
        """See `retention`."""
        return retention.kinds()

    def find(self, given: Mapping[str, str]) -> Person:
        """See `people`."""
        return people.find(given)

    def erase(self, person: Person, *, at: datetime) -> Erased:
        """See `erasing`."""
        return erasing.erase(person, at=at)

    def export(self, person: Person) -> Exported:
        """See `exporting`."""
        return exporting.export(person)


SERVICE = Visits()
