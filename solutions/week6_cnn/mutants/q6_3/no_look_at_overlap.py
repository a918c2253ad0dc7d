"""Mutant: does not look for rows in two sets.
Misconception: the split is somebody else's work.
Killed by: test_overlapping_sets
Hint: overlap
"""

def make_loaders(
    images: NDArray[np.float32], labels: I, split: dict[str, I], batch_size: int, seed: int
) -> dict[str, DataLoader]:
    rows = np.concatenate([np.asarray(part) for part in split.values()])
    if False and len(np.unique(rows)) < sum(len(np.unique(part)) for part in split.values()):
        raise ValueError("a row is in more than one set")
    pixels = np.asarray(images, dtype=np.float32)[:, None]
    mean, deviation = pixels[split["train"]].mean(), pixels[split["train"]].std()
    loaders = {}
    for name, part in split.items():
        inputs = torch.from_numpy((pixels[part] - mean) / deviation)
        targets = torch.from_numpy(np.asarray(labels)[part].astype(np.int64))
        generator = torch.Generator().manual_seed(seed)
        loaders[name] = DataLoader(
            TensorDataset(inputs, targets), batch_size=batch_size, shuffle=name == "train", generator=generator
        )
    return loaders
