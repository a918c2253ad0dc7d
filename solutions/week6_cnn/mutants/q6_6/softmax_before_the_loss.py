"""Mutant: trains on the softmax of the logits.
Misconception: the loss takes probabilities.
Killed by: test_one_batch_by_heart
Hint: memory
"""

def fit(model: nn.Module, loaders: dict[str, DataLoader], *, epochs: int, seed: int, device: Any) -> FitResult:
    torch.manual_seed(seed)
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    history, best_epoch, best_state = [], 0, {}
    for epoch in range(epochs):
        start = time.perf_counter()
        rate = optimizer.param_groups[0]["lr"]
        model.train()
        sums = []
        for x, y in loaders["train"]:
            optimizer.zero_grad()
            value = nn.functional.cross_entropy(model(x.to(device)).softmax(1), y.to(device))
            value.backward()
            optimizer.step()
            sums.append(value.item())
        loss = float(np.mean(sums))
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
