"""The promises of the project as tests: pure units, a mirror of each package, whole journeys, the system's shape."""
