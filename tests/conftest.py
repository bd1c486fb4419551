"""What every test shares: hypothesis runs the same examples everywhere, and never fails for being slow."""

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")
