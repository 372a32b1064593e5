"""A request has its time to arrive: a slow one gets more of it for what it brings, and then it is over."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from servicekit.patience import Arriving


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection: the client's, and ours."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        yield theirs, ours


def test_what_comes_in_time_is_read(ends: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = ends
    theirs.sendall(b"GET / HTTP/1.1")

    assert Arriving(ours).recv(3) == b"GET"


def test_whoever_is_silent_for_too_long_has_hung_up(ends: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = ends
    arriving = Arriving(ours, patience=0.05)

    silence = arriving.recv(100)
    theirs.sendall(b"too late")

    assert silence == b""
    assert arriving.recv(100) == b""


def test_bytes_that_trickle_in_do_not_keep_a_request_going(ends: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = ends
    arriving, begun = Arriving(ours, patience=0.1), time.monotonic()

    while theirs.send(b"x") and arriving.recv(100):
        time.sleep(0.01)

    assert time.monotonic() - begun < 5


def test_a_large_body_buys_the_time_that_it_needs(ends: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = ends
    arriving = Arriving(ours, patience=0.2)

    theirs.sendall(b"x" * 10_000)
    read = arriving.recv(10_000)
    time.sleep(0.3)
    theirs.sendall(b"y")

    assert len(read) == 10_000
    assert arriving.recv(1) == b"y"


def test_the_next_request_has_its_own_time(ends: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = ends
    arriving = Arriving(ours, patience=0.2)
    time.sleep(0.3)

    arriving.begin()
    theirs.sendall(b"x")

    assert arriving.recv(1) == b"x"
