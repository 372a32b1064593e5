"""What the doctor looks at in this service beside what every service has; `checks` lists it all."""
