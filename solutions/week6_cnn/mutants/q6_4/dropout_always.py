"""Mutant: drops at test time too.
Misconception: dropout is part of the network.
Killed by: test_eval_mode
Hint: eval
"""

class Network(nn.Module):
    def __init__(self, channels, n_classes):
        super().__init__()
        self.one = nn.Conv2d(channels, 8, 3, padding=1)
        self.two = nn.Conv2d(8, 16, 3, padding=1)
        self.last = nn.Linear(16, n_classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.one(x)), 2)
        x = torch.relu(self.two(x))
        return self.last(nn.functional.dropout(x.amax(dim=(2, 3)), 0.3, True))


def build_model(n_classes=10, in_shape=(1, 28, 28)):
    return Network(in_shape[0], n_classes)
