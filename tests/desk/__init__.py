"""Tests of the staff's own pages."""
