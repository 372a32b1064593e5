"""What the doctor thinks of what was seen, one module for each organ. Pure: no framework, no clock, no network."""
