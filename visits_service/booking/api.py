"""`/api/v1/visits`: the booking system's door."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Path, Query, Router, Status

from servicekit.api import Unfit
from servicekit.openapi import refusals
from visits_service.booking import intake, nudging, paging, services
from visits_service.booking import selectors as booked
from visits_service.booking.judging import Judged
from visits_service.booking.representations import Mistaken, ReminderOut, ResultOut, ResultsOut, VisitOut, VisitsOut
from visits_service.booking.schemas import BatchIn, VisitId, VisitIn
from visits_service.visits import selectors

router = Router(tags=["visits"])
NO_SUCH_VISIT = "there is no such visit"
Visited = Annotated[VisitId, Path(description="What the booking system calls the visit.")]
PUT = """
The visit becomes exactly what the body says, and so does its patient, for all of their visits: what is left out is
unknown from then on. The same body again changes nothing. A visit that was cancelled here stays cancelled when it is
given again as it was; with another time, place or practitioner it is booked again.

Times are ISO 8601, with an offset, or without one by the clock of `timezone` (the clinic's unless given). With both,
the offset decides about the instant, and the time zone about the clock that the patient is told. Seconds are whole.

A wrong body is answered with 422 and every mistake in it. **An `email` or `phone` that can't be one** doesn't stop the
visit: it is saved without that address, so that the patient's other channels still work, and the answer says
`"saved": true` and shows the visit. An address that was on record before is cleared then: the clinic has just said that
it isn't the right one. With any other mistake nothing is saved or changed, and the answer says `"saved": false`.
"""
BATCH = """
Up to 1,000 rows, each like the body of `PUT /visits/{external_id}` with its `external_id` in it, and each saved by
itself: one that can't be saved doesn't stop the others. The answer is 200 with a result per row, in their order:
`saved`, `saved_with_errors` (without an address that can't be one) or `refused` (nothing of it was saved), and what was
expected.
"""


@router.put(
    "/visits/{external_id}",
    response={200: VisitOut, 201: VisitOut, 422: Mistaken},
    summary="Save a visit",
    description=PUT,
)
def put_visit(
    request: HttpRequest, external_id: str, payload: Body[Judged[VisitIn]]
) -> Status[VisitOut] | Status[Mistaken]:
    """201 when it is new, 200 else, 422 with the mistakes."""
    taken = intake.take(payload, external_id=external_id, at=timezone.now())
    if taken.saved:
        nudging.tell(taken.saved)
    if taken.saved is None or taken.problems:
        return Status(422, Mistaken.of(taken))
    return Status(201 if taken.saved.created else 200, VisitOut.of(taken.saved.visit))


@router.post("/visits:batch", response=ResultsOut, summary="Save many visits", description=BATCH)
def put_visits(request: HttpRequest, payload: BatchIn) -> ResultsOut:
    """A result per row."""
    every = [intake.take_row(row, at=timezone.now()) for row in payload.visits]
    nudging.tell(*(taken.saved for taken in every if taken.saved))
    return ResultsOut(results=[ResultOut.of(taken) for taken in every])


@router.get("/visits", response=VisitsOut, summary="Visits, a page at a time")
def list_visits(request: HttpRequest, asked: Query[paging.Asked]) -> VisitsOut:
    """By start, the earliest first. The next page is asked for with this one's `next` as `cursor`, until that is null.

    Nothing is skipped or shown twice, unless a visit is moved meanwhile.
    """
    for unknown in sorted(set(request.GET) - paging.Asked.names()):
        raise Unfit(unknown, "not expected: there is no such parameter")
    found = selectors.page(asked.wanted(), after=paging.place(asked.cursor), limit=asked.limit + 1)
    shown = found[: asked.limit]
    last = shown[-1] if len(found) > len(shown) else None
    return VisitsOut(
        visits=[VisitOut.of(visit) for visit in shown],
        next=paging.cursor((last.starts_at, last.pk)) if last else None,
    )


@router.get("/visits/{external_id}", response=VisitOut, summary="One visit")
def get_visit(request: HttpRequest, external_id: Visited) -> VisitOut:
    """As it stands now."""
    visit = selectors.visit(external_id)
    if visit is None:
        raise Unfit("external_id", NO_SUCH_VISIT, status=404)
    return VisitOut.of(visit)


@router.get("/visits/{external_id}/reminders", response=list[ReminderOut], summary="The reminders of a visit")
def list_reminders(request: HttpRequest, external_id: Visited) -> list[ReminderOut]:
    """Those of earlier versions too, which were taken back when the visit changed."""
    visit = selectors.visit(external_id)
    if visit is None:
        raise Unfit("external_id", NO_SUCH_VISIT, status=404)
    return [ReminderOut.of(reminder) for reminder in booked.reminders(visit)]


@router.post("/visits/{external_id}/cancel", response={200: VisitOut, **refusals(409)}, summary="Cancel a visit")
def cancel_visit(request: HttpRequest, external_id: Visited) -> VisitOut:
    """Takes back what wasn't sent. Asked twice, the second changes nothing; 409 for a visit that is over."""
    try:
        saved = services.cancel(external_id, at=timezone.now())
    except services.NoSuchVisit:
        raise Unfit("external_id", NO_SUCH_VISIT, status=404) from None
    except services.Over:
        raise Unfit("external_id", "this visit is over; expected one that takes place", status=409) from None
    nudging.tell(saved)
    return VisitOut.of(saved.visit)


@router.post(
    "/visits/{external_id}/rebook",
    response={200: VisitOut, **refusals(409)},
    summary="Let a cancelled visit take place after all",
)
def rebook_visit(request: HttpRequest, external_id: Visited) -> VisitOut:
    """Plans its reminders anew. Asked twice, the second changes nothing; 409 for a visit whose time has passed."""
    try:
        saved = services.rebook(external_id, at=timezone.now())
    except services.NoSuchVisit:
        raise Unfit("external_id", NO_SUCH_VISIT, status=404) from None
    except services.Over:
        raise Unfit("external_id", "its time has passed; give it a new one with PUT", status=409) from None
    nudging.tell(saved)
    return VisitOut.of(saved.visit)
