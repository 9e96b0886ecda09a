"""With this one can write down where a training is, as JSON can hold it, and check what comes back.

Start from `state_of` and `checked_state`. What is then done with a state lives in `run`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from autograd_mini.training.run import Training

__all__ = ["checked_state", "state_of"]

STATE_VERSION = 1
"""Version of the dictionary that `fit` resumes from."""


def state_of(training: Training, numbers: list[float]) -> dict[str, Any]:
    """Return all that a training needs to go on, with these parameters."""
    version, internal, gauss = training.generator.getstate()
    return {
        "version": STATE_VERSION,
        "options": training.options(),
        "parameters": numbers,
        "best": training.best,
        "optimizer": training.steps.optimizer.state_dict(),
        "generator": [version, list(internal), gauss],
        "rows": training.rows,  # not copied, or long trainings would do nothing else
    }


def checked_state(state: Any, own: Mapping[str, Any]) -> None:
    """Raise ValueError unless a state is one of this training, whose own is given."""
    if not isinstance(state, dict) or state.keys() != own.keys():
        raise ValueError("resume is not the state of a training")
    if state["version"] != STATE_VERSION:
        came = f"version {state['version']!r}"
        raise ValueError(f"resume is of {came}, and version {STATE_VERSION} can be resumed")
    for option, now in own["options"].items():
        then = state["options"].get(option)
        if then != now:
            raise ValueError(f"resume is of a training with {option} {then!r}, not {now!r}")
