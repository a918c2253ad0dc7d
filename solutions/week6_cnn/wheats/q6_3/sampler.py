"""Wheat: a dataset of its own, a random sampler, ddof 1."""

class Digits(torch.utils.data.Dataset):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], int(self.y[i])


def make_loaders(images, labels, split, batch_size, seed):
    seen = set()
    for part in split.values():
        rows = set(np.asarray(part).tolist())
        if rows & seen:
            raise ValueError("sets overlap")
        seen |= rows
    train = torch.as_tensor(np.array(images)[split["train"]])
    std, mean = torch.std_mean(train)
    result = {}
    for key in split:
        x = ((torch.tensor(np.array(images)[split[key]]) - mean) / std).unsqueeze(1).float()
        dataset = Digits(x, np.array(labels)[split[key]])
        if key == "train":
            sampler = torch.utils.data.RandomSampler(dataset, generator=torch.Generator().manual_seed(seed))
            result[key] = DataLoader(dataset, batch_size, sampler=sampler)
        else:
            result[key] = DataLoader(dataset, batch_size)
    return result
