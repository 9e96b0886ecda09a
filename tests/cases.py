"""With this one can give parametrized cases their names: `named`."""

import pytest


def named(cases):
    """Return the cases of a dictionary as parameters whose ids are its keys."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), id=name)
        for name, case in cases.items()
    ]
