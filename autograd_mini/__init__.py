"""Scalar reverse-mode automatic differentiation."""
