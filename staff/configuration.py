"""What the settings of both services take from here by name: apps, middleware, how often a password may be wrong."""

from __future__ import annotations

from datetime import timedelta

from servicekit import environment

APPS = [
    "staff",  # before the admin, as it adds to the admin's own templates
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]
MIDDLEWARE = [
    "django_otp.middleware.OTPMiddleware",
    "staff.middleware.SecondFactor",
    "staff.middleware.OnRecord",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = ["staff.throttling.Backend", "django.contrib.auth.backends.ModelBackend"]

PER_NAME, PER_ADDRESS = 5, 50
"""So many wrong passwords for a name from one address, and for all names from one address, close it."""
CLOSED_FOR = timedelta(minutes=15)
WHAT_COUNTS = [["username", "ip_address"], "ip_address"]
UNKEPT = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
"""What stays out of the copy of the form that axes keeps until it opens again, beside the password."""

SHORTEST_RECORD = 30
"""Days; the database itself refuses to let go of younger access records."""
second_factor = environment.checked(
    lambda asked: asked in ("optional", "required"), "expects optional, or required: then nobody gets in without one."
)
