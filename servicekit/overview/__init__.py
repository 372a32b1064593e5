"""How things stand, on the first page of the admin: figures of today, what needs a person, the last days, the machine.

The service says what there is to say (`OVERVIEW` in its settings names the function); here it is laid out and drawn.
"""
