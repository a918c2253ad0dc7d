"""Mutant: takes mean and deviation of all rows.
Misconception: more data give a better mean.
Killed by: test_other_sets_use_the_training_numbers
Hint: same-for-all
"""

def make_loaders(
    images: NDArray[np.float32], labels: I, split: dict[str, I], batch_size: int, seed: int
) -> dict[str, DataLoader]:
    rows = np.concatenate([np.asarray(part) for part in split.values()])
    if len(np.unique(rows)) < sum(len(np.unique(part)) for part in split.values()):
        raise ValueError("a row is in more than one set")
    pixels = np.asarray(images, dtype=np.float32)[:, None]
    mean, deviation = pixels.mean(), pixels.std()
    loaders = {}
    for name, part in split.items():
        inputs = torch.from_numpy((pixels[part] - mean) / deviation)
        targets = torch.from_numpy(np.asarray(labels)[part].astype(np.int64))
        generator = torch.Generator().manual_seed(seed)
        loaders[name] = DataLoader(
            TensorDataset(inputs, targets), batch_size=batch_size, shuffle=name == "train", generator=generator
        )
    return loaders
