"""Find a Chromium for the tests of living pages; run by itself, say whether there is one."""

import importlib.util
import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def missing():
    """Return why browser tests can't run; "" if they can."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed"
    return "" if program() else "no Chromium is installed"


def program():
    """Return the path of a Chromium, by the variable CHROMIUM or on the path; None without one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    reason = missing()
    if reason:
        sys.stdout.write(f"BROWSER TESTS NOT RUN: {reason}\n")
    else:
        sys.stdout.write(f"browser tests run in {program()}\n")
