"""What was paid: checkouts that we opened, payments that Stripe reports, and the facts that each event adds."""
