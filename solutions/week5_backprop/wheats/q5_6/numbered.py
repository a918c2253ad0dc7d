"""Wheat: nodes are numbered as they are made, and visited from the highest number down."""

import heapq
import itertools


class Value:
    _numbers = itertools.count()

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes = parents, slopes
        self.number = next(Value._numbers)

    def __add__(self, other):
        if not isinstance(other, Value):
            return Value(self.data + other, (self,), (1.0,))
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    __radd__ = __add__

    def __sub__(self, other):
        if not isinstance(other, Value):
            return Value(self.data - other, (self,), (1.0,))
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __rsub__(self, other):
        return Value(other - self.data, (self,), (-1.0,))

    def __mul__(self, other):
        if not isinstance(other, Value):
            return Value(self.data * other, (self,), (other,))
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    __rmul__ = __mul__

    def __truediv__(self, other):
        if not isinstance(other, Value):
            return Value(self.data / other, (self,), (1 / other,))
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1 / other.data, -quotient / other.data))

    def __rtruediv__(self, other):
        return Value(other / self.data, (self,), (-other / self.data**2,))

    def __neg__(self):
        return Value(-self.data, (self,), (-1.0,))

    def __pow__(self, k):
        return Value(self.data**k, (self,), (k * self.data**k / self.data,))

    def relu(self):
        return Value(np.maximum(self.data, 0.0), (self,), (float(self.data > 0),))

    def tanh(self):
        t = np.tanh(self.data)
        return Value(t, (self,), (1 - t**2,))

    def exp(self):
        return Value(np.exp(self.data), (self,), (np.exp(self.data),))

    def backward(self):
        slopes = {self.number: 1.0}
        nodes, waiting = {self.number: self}, [-self.number]
        while waiting:
            node = nodes[-heapq.heappop(waiting)]
            node.grad = float(slopes[node.number])
            for parent, slope in zip(node.parents, node.slopes):
                if parent.number not in nodes:
                    nodes[parent.number] = parent
                    heapq.heappush(waiting, -parent.number)
                slopes[parent.number] = slopes.get(parent.number, 0.0) + slope * node.grad
