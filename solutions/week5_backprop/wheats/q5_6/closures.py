"""Wheat: each node has a function that passes its slope on, as in micrograd; the order by counting uses."""

import math


class Value:
    def __init__(self, data, children=()):
        self.data = float(data)
        self.grad = 0
        self.children = children
        self.pass_on = lambda: None

    @staticmethod
    def of(x):
        return x if isinstance(x, Value) else Value(x)

    def __add__(self, other):
        other = Value.of(other)
        out = Value(self.data + other.data, (self, other))

        def pass_on():
            self.grad += out.grad
            other.grad += out.grad

        out.pass_on = pass_on
        return out

    def __mul__(self, other):
        other = Value.of(other)
        out = Value(self.data * other.data, (self, other))

        def pass_on():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.pass_on = pass_on
        return out

    def _function(self, value, slope):
        out = Value(value, (self,))

        def pass_on():
            self.grad += slope * out.grad

        out.pass_on = pass_on
        return out

    def __pow__(self, k):
        return self._function(self.data**k, k * self.data ** (k - 1))

    def relu(self):
        return self._function(self.data if self.data > 0 else 0, self.data > 0)

    def tanh(self):
        return self._function(math.tanh(self.data), 1 / math.cosh(self.data) ** 2)

    def exp(self):
        return self._function(math.exp(self.data), math.exp(self.data))

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-Value.of(other))

    def __rsub__(self, other):
        return Value.of(other) + (-self)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __rtruediv__(self, other):
        return Value.of(other) * self**-1

    def backward(self):
        uses, stack = {id(self): 0}, [self]
        while stack:
            for child in stack.pop().children:
                if id(child) not in uses:
                    uses[id(child)] = 0
                    child.grad = 0.0
                    stack.append(child)
                uses[id(child)] += 1
        self.grad = 1.0
        ready = [self]
        while ready:
            node = ready.pop()
            node.pass_on()
            for child in node.children:
                uses[id(child)] -= 1
                if uses[id(child)] == 0:
                    ready.append(child)
