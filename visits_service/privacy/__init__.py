"""What this service keeps of people: for how long, whose it is, and how one person's data is exported and erased."""
