"""`make compose-smoke`: docker-compose.yml run for real, with one payment and one visit, or with faults in many."""
