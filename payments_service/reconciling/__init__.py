"""What Stripe knows and we do not: found by its lists, brought in through the inbox as if it had been delivered."""
