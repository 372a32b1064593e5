"""What `bench/chaos.py` is made of: the stack, the traffic, the faults, and what came of it all."""
