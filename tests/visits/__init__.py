"""Tests of visits_service, in a run of their own: `pytest tests/visits`."""
