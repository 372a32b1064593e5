"""What `reminder_scan` and `deliveries` measure with: these run as processes of visits_service."""
