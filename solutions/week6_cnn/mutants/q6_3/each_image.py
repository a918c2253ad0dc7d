"""Mutant: normalises each image by itself.
Misconception: contrast should be the same everywhere.
Killed by: test_training_mean_and_deviation
Hint: per-image
"""

def make_loaders(
    images: NDArray[np.float32], labels: I, split: dict[str, I], batch_size: int, seed: int
) -> dict[str, DataLoader]:
    rows = np.concatenate([np.asarray(part) for part in split.values()])
    if len(np.unique(rows)) < sum(len(np.unique(part)) for part in split.values()):
        raise ValueError("a row is in more than one set")
    pixels = np.asarray(images, dtype=np.float32)[:, None]
    mean, deviation = pixels[split["train"]].mean(), pixels[split["train"]].std()
    loaders = {}
    for name, part in split.items():
        own = pixels[part]
        inputs = torch.from_numpy((own - own.mean((1, 2, 3), keepdims=True)) / own.std((1, 2, 3), keepdims=True))
        targets = torch.from_numpy(np.asarray(labels)[part].astype(np.int64))
        generator = torch.Generator().manual_seed(seed)
        loaders[name] = DataLoader(
            TensorDataset(inputs, targets), batch_size=batch_size, shuffle=name == "train", generator=generator
        )
    return loaders
