"""The plumbing that both services share; no word here belongs to money or medicine."""
