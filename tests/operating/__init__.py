"""Tests of the tools for who runs the service."""
