"""Tests of what visits_service keeps of people, and for how long."""
