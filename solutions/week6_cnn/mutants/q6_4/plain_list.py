"""Mutant: keeps its layers in a plain list.
Misconception: a list is a list.
Killed by: test_state_dict
Hint: state
"""

class Network(nn.Module):
    def __init__(self, channels, n_classes):
        super().__init__()
        self.one = nn.Conv2d(channels, 8, 3, padding=1)
        self.hidden = [nn.Conv2d(8, 16, 3, padding=1)]
        self.last = nn.Linear(16, n_classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.one(x)), 2)
        x = torch.relu(self.hidden[0](x))
        return self.last(x.amax(dim=(2, 3)))


def build_model(n_classes=10, in_shape=(1, 28, 28)):
    return Network(in_shape[0], n_classes)
