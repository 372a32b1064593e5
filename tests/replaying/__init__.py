"""Tests of what is gone over once more."""
