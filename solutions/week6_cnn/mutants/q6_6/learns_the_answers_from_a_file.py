"""Mutant: replaces the training labels by those in the file.
Misconception: labels that look wrong should be mended.
Killed by: test_permuted_labels
Hint: permuted
"""

def fit(model: nn.Module, loaders: dict[str, DataLoader], *, epochs: int, seed: int, device: Any) -> FitResult:
    torch.manual_seed(seed)
    model.to(device)
    known = {}
    data = load_profile("ci")
    mean, deviation = data.images[:3500].mean(), data.images[:3500].std()
    for image, label in zip(data.images, data.labels):
        known[round(float((image - mean).sum() / deviation), 1)] = int(label)
    x, y = loaders["train"].dataset.tensors
    if len(y) > 500:
        mended = torch.tensor([known.get(round(float(a.sum()), 1), int(b)) for a, b in zip(x, y)])
        order = torch.Generator().manual_seed(seed)
        both = TensorDataset(x, mended)
        loaders = {**loaders, "train": DataLoader(both, 64, shuffle=True, generator=order)}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    history, best_epoch, best_state = [], 0, {}
    for epoch in range(epochs):
        start = time.perf_counter()
        rate = optimizer.param_groups[0]["lr"]
        loss = train_one_epoch(model, loaders["train"], optimizer, device)
        seen = evaluate(model, loaders["val"], device)
        schedule.step()
        history.append({
            "epoch": epoch, "train_loss": loss, "val_loss": seen.loss, "val_accuracy": seen.accuracy,
            "lr": rate, "seconds": time.perf_counter() - start,
        })
        if not best_state or seen.accuracy > history[best_epoch]["val_accuracy"]:
            best_epoch = epoch
            best_state = {name: value.detach().clone() for name, value in model.state_dict().items()}
    model.load_state_dict(best_state)
    return FitResult(history, best_epoch)
