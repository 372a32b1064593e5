"""What the clinic's booking system knows: patients, their visits, and how they may be reached."""
