"""Settings that all tests share."""

import os

from hypothesis import settings

# No deadline: a busy machine is no fault. In continuous integration every run draws the same.
settings.register_profile("tests", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("tests")
