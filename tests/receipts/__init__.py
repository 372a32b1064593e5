"""Tests of the package `receipts`."""
