"""Scalar reverse-mode automatic differentiation."""
from autograd_mini.value import Value, stop_gradient
