"""What Stripe knows and we do not comes in: its lists, the walk through them, its command and its Beat task."""
