"""Mutant: starts with large weights.
Misconception: large weights learn faster.
Killed by: test_first_loss
Hint: loss
"""

class Network(nn.Module):
    def __init__(self, channels, n_classes):
        super().__init__()
        self.one = nn.Conv2d(channels, 8, 3, padding=1)
        self.two = nn.Conv2d(8, 16, 3, padding=1)
        self.last = nn.Linear(16, n_classes)
        nn.init.normal_(self.last.weight, 0.0, 30.0)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.one(x)), 2)
        x = torch.relu(self.two(x))
        return self.last(x.amax(dim=(2, 3)))


def build_model(n_classes=10, in_shape=(1, 28, 28)):
    return Network(in_shape[0], n_classes)
