"""What is promised about speed, measured: each figure is a ratio within one run."""
