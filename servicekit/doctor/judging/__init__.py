"""What the doctor thinks of what every service has, a module for each organ. Pure: no framework, clock or network."""
