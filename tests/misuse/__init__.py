"""What strangers, broken programs and hostile names do to payments_service, and what it makes of it."""
