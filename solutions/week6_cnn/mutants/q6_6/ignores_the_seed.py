"""Mutant: draws noise from a generator that nobody seeded.
Misconception: noise is noise.
Killed by: test_same_seed_same_training
Hint: seed
"""

def fit(model: nn.Module, loaders: dict[str, DataLoader], *, epochs: int, seed: int, device: Any) -> FitResult:
    model.to(device)
    noise = torch.Generator()
    noise.seed()
    with torch.no_grad():
        for p in model.parameters():
            p += 1e-3 * torch.randn(p.shape, generator=noise)
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
