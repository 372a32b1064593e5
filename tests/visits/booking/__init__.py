"""What the clinic hands in: by the API, in a file, in the admin."""
