"""The promises of the project as tests: pure units, a mirror of each package, whole journeys, and the system's shape."""
