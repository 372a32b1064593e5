"""The doors for whoever is asked about personal data."""
