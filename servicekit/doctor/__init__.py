"""Looks an installation over: `probing` sees, `judging` says what is wrong, `rounds` goes from one to the next.

What only one service has is looked at beside that service, and its own list of checks names them all.
"""
