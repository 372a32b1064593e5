"""`python -m visits_service COMMAND`: this service's manage.py."""

from __future__ import annotations

from servicekit import command_line

if __name__ == "__main__":
    command_line.run("visits_service")
