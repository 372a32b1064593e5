"""How long personal data is kept, and what becomes of it: the daily purge, and one person's export and erasure.

What both services share of it. Which rows there are, each service says by itself (see `privacy.service`).
"""
