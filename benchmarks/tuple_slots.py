"""With this one can compare with the usual small engine, written here in that style.

Start from `Value`. A node holds its number, its gradient, a tuple of operands and a tuple of
local gradients; `Value.backward` sorts by a nested recursive function. Subtraction, negation
and division are made of the other operations, as is usual in this style. It is a yardstick and
no part of the library.
"""

from __future__ import annotations

import math


class Value:
    __slots__ = ("data", "grad", "local_gradients", "operands")

    def __init__(self, data, operands=(), local_gradients=()):
        self.data = data
        self.grad = 0.0
        self.operands = operands
        self.local_gradients = local_gradients

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    def exp(self):
        result = math.exp(self.data)
        return Value(result, (self,), (result,))

    def log(self):
        return Value(math.log(self.data), (self,), (1.0 / self.data,))

    def relu(self):
        return Value(max(0.0, self.data), (self,), (float(self.data > 0.0),))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1

    def __rsub__(self, other):
        return other + (-self)

    def __rtruediv__(self, other):
        return other * self**-1

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        order = []
        seen = set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for operand in node.operands:
                    visit(operand)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for operand, slope in zip(node.operands, node.local_gradients, strict=True):
                operand.grad += slope * node.grad
