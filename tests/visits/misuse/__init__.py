"""What strangers, broken programs and hostile names do to visits_service, and what it makes of it."""
