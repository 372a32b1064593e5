"""What a person runs as `python -m visits_service COMMAND`."""
