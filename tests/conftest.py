"""Settings that all tests share."""

import os

import browser
import pytest
from hypothesis import settings

# No deadline: a busy machine is no fault. In continuous integration every run draws the same.
settings.register_profile("tests", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("tests")


@pytest.fixture(scope="module")
def chromium():
    """A Chromium for a module's tests of living pages: no longer, as an event loop runs in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.program(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()
