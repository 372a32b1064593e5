"""Looks the installation over: `probing` sees, `judging` says what is wrong, `rounds` goes from one to the next."""
