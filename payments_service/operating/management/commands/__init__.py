"""The doors of this app: doctor, setup_webhook, stripe_lab, stripe_listen."""
