"""Mutant: adds a tensor that is always on the processor.
Misconception: there is one device.
Killed by: test_no_device_in_the_code
Hint: device
"""

class Network(nn.Module):
    def __init__(self, channels, n_classes):
        super().__init__()
        self.one = nn.Conv2d(channels, 8, 3, padding=1)
        self.two = nn.Conv2d(8, 16, 3, padding=1)
        self.last = nn.Linear(16, n_classes)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.one(x)), 2)
        x = torch.relu(self.two(x)) + torch.zeros(16, 1, 1, device="cpu") @ torch.ones(1, 1, device="cpu")
        return self.last(x.amax(dim=(2, 3)))


def build_model(n_classes=10, in_shape=(1, 28, 28)):
    return Network(in_shape[0], n_classes)
