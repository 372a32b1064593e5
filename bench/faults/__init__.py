"""What `bench/chaos.py` is made of: the stack under faults, the traffic, the faults themselves, and what came of it all."""
