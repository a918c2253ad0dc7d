"""Wheat: Adam under one cycle of rates, stops early, a deep copy."""

import copy


def fit(model, loaders, *, epochs, seed, device):
    torch.manual_seed(seed)
    model = model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    peak = max(1, epochs // 4)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda e: (e + 1) / peak if e < peak else max(0.02, (epochs - e) / (epochs - peak + 1e-9))
    )
    history, best, weights, stale = [], None, None, 0
    for epoch in range(epochs):
        began = time.time()
        lr = schedule.get_last_lr()[0]
        train_loss = train_one_epoch(model, loaders["train"], optimizer, device)
        schedule.step()
        result = evaluate(model, loaders["val"], device)
        history.append(dict(
            epoch=epoch + 1, train_loss=train_loss, val_loss=result.loss, val_accuracy=result.accuracy, lr=lr,
            seconds=time.time() - began,
        ))
        if best is None or result.accuracy > history[best]["val_accuracy"]:
            best, weights, stale = epoch, copy.deepcopy(model.state_dict()), 0
        else:
            stale += 1
        if stale > 120:
            break
    model.load_state_dict(weights)
    return FitResult(history, best)
