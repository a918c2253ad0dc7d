"""Wheat: a class, functions of torch, bias-free convolutions and tanh."""

class Net(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(channels, 6, 5, bias=False), nn.Conv2d(6, 12, 3, bias=False)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(6), nn.BatchNorm2d(12)])
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(12, classes)

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = torch.nn.functional.max_pool2d(torch.tanh(norm(conv(x))), 2)
        return self.head(self.dropout(x.mean(dim=(2, 3))))


def build_model(n_classes=10, in_shape=(1, 28, 28)):
    return Net(in_shape[0], n_classes)
