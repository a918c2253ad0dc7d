"""Mutant: keeps data as it is given.
Misconception: 2 and 2.0 are the same.
Killed by: test_interface
Hint: interface
"""

class Value:
    def __init__(self, data, made_from=()):
        self.data = data
        self.grad = 0.0
        self._made_from = made_from

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __radd__(self, other):
        return self + other

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __rmul__(self, other):
        return self * other

    def __pow__(self, k):
        return Value(self.data**k, ((self, k * self.data ** (k - 1)),))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * other**-1.0

    def __rtruediv__(self, other):
        return self**-1.0 * other

    def relu(self):
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),))

    def tanh(self):
        t = float(np.tanh(self.data))
        return Value(t, ((self, 1 - t * t),))

    def exp(self):
        e = float(np.exp(self.data))
        return Value(e, ((self, e),))

    def backward(self):
        order, waiting, seen = [], [(self, False)], set()
        while waiting:
            node, complete = waiting.pop()
            if complete:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                waiting.append((node, True))
                waiting += [(operand, False) for operand, _ in node._made_from]
        for node in order:
            if node._made_from:
                node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for operand, slope in node._made_from:
                operand.grad += slope * node.grad
