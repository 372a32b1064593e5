"""python -m scripts.compose_smoke: docker-compose.yml, brought up and used; see `--help`.

One payment and one visit first. With --faults many of them while everything is killed and started again in turn.
Exit code 0 only if each payment has one receipt and one letter, and each visit one reminder.
"""

from __future__ import annotations

import argparse
import secrets
import sys

from scripts.compose_smoke import faults, mailpit, outcome
from scripts.compose_smoke.composition import PROJECT, Composition, Container
from scripts.compose_smoke.traffic import Sending, Traffic
from scripts.demo.story import Outcome, Story, console
from scripts.processes import Trouble
from scripts.stack import ROOT

LOG = ROOT / "var" / "compose-smoke" / "up.log"


def main() -> int:
    """Bring the stack up, use it, say what came of it; it is left running unless asked."""
    args = arguments()
    composition = Composition()
    try:
        wrong = used(composition, payments=args.payments, visits=args.visits, with_faults=args.faults)
    except Trouble as trouble:
        wrong = [str(trouble)]
    for sentence in wrong:
        console.print(f"[red]{sentence}[/red]", soft_wrap=True)
    if args.down:
        composition.command("down", "--volumes")
    else:
        console.print(f"It goes on running; to end it: docker compose --project-name {PROJECT} down --volumes")
    return 1 if wrong else 0


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.compose_smoke", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--faults", action="store_true", help="kill and start everything in turn during traffic")
    parser.add_argument("--payments", type=int, default=60, help="with --faults: how many (60)")
    parser.add_argument("--visits", type=int, default=20, help="with --faults: how many (20)")
    parser.add_argument("--down", action="store_true", help="afterwards remove the containers and what they kept")
    return parser.parse_args()


def used(composition: Composition, *, payments: int, visits: int, with_faults: bool) -> list[str]:
    """What is wrong, after the stories were told."""
    story = Story("docker compose")
    story.tell("up --build", lambda: composition.up(log=LOG), result=lambda _: "done")
    story.tell("health", composition.wait_until_well, result=counted)
    story.show(Outcome(files=[]))
    wrong = one_of_each(composition, Story("One payment and one visit"))
    if wrong or not with_faults:
        return wrong
    return many(composition, Story("Faults during traffic"), payments=payments, visits=visits)


def one_of_each(composition: Composition, story: Story) -> list[str]:
    """A payment's letter has its receipt; a visit's reminder arrives."""
    traffic, mail = Traffic(composition, run=new_run()), composition.url("MAILPIT_PORT")
    paid = story.tell("a payment's events", lambda: traffic.pay(1), result=lambda sent: sent.reference)
    receipt = story.tell(
        "its receipt", lambda: mailpit.arrival(mail, address=paid.address), result=lambda letter: letter.subject
    )
    files = story.tell("attached", lambda: mailpit.pdfs(mail, receipt), result=", ".join)
    booked = story.tell("a visit", lambda: traffic.book(1), result=lambda sent: sent.reference)
    story.tell(
        "its reminder", lambda: mailpit.arrival(mail, address=booked.address), result=lambda letter: letter.subject
    )
    story.show(Outcome(files=[]))
    return [] if files else ["the receipt's letter has no PDF"]


def many(composition: Composition, story: Story, *, payments: int, visits: int) -> list[str]:
    """Traffic while everything is killed in turn, and what it came to."""
    traffic = Traffic(composition, run=new_run())
    sending = Sending(traffic, payments=payments, visits=visits, shares=faults.SHARES)
    faults.rounds(composition, sending, story)
    paid, booked = story.tell(
        "all is taken", sending.taken, result=lambda taken: " + ".join(str(len(each)) for each in taken)
    )
    story.tell("all is at rest", lambda: outcome.wait_for_rest(composition), result=lambda _: "no row wants work")
    result = outcome.judge(composition, payments=paid, visits=booked)
    story.rows += [
        (f"of {payments} payments", f"{result.receipts} receipts, {result.letters} with a letter", 0.0),
        (f"of {visits} visits", f"{result.reminders} with a reminder", 0.0),
        ("second copies", str(result.doubles), 0.0),
    ]
    story.show(Outcome(files=[]))
    return result.wrong


def new_run() -> str:
    """What nobody of an earlier run was called."""
    return f"run-{secrets.token_hex(4)}"


def counted(containers: list[Container]) -> str:
    """How many run, and how many have ended well."""
    running = sum(container.state == "running" for container in containers)
    return f"{running} healthy, {len(containers) - running} done"


if __name__ == "__main__":
    sys.exit(main())
