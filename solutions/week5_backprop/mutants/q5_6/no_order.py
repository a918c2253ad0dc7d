"""Mutant: each node passes on what it has as soon as it is told something.
Misconception: the order of the nodes does not matter as long as all are visited.
Killed by: test_a_node_used_at_two_depths, test_random_formulas
Hint: order
"""

class Value:
    def __init__(self, data, made_from=()):
        self.data = float(data)
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
        self.grad = 1.0
        self._pass_on()

    def _pass_on(self):
        for operand, slope in self._made_from:
            operand.grad += slope * self.grad
            operand._pass_on()
