"""The outbox and its delivery: what somebody should be told, whether it went out, and what happened on the way.

Both services use this package, each with its own database.
"""
