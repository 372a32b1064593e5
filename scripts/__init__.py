"""What a developer runs from a clone: the demo, the whole stack, and the stand-ins for what is outside."""
