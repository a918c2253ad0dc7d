"""Wheat: a closure for the step, inference_mode, lists and bincount."""

def train_one_epoch(model, loader, optimizer, device):
    criterion = nn.CrossEntropyLoss(reduction="mean")
    losses, sizes = [], []
    model.train(True)
    for batch in loader:
        x, y = (part.to(device) for part in batch)

        def closure():
            model.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            losses.append(float(loss))
            return loss

        optimizer.step(closure)
        sizes.append(len(y))
    return sum(l * s for l, s in zip(losses, sizes)) / sum(sizes)


@torch.inference_mode()
def evaluate(model, loader, device):
    mode = model.training
    model.train(False)
    try:
        outputs = [(model(x.to(device)), y.to(device)) for x, y in loader]
    finally:
        model.train(mode)
    logits, y = torch.cat([o for o, _ in outputs]), torch.cat([t for _, t in outputs])
    k = logits.size(1)
    guess = logits.argmax(-1)
    confusion = torch.bincount(y * k + guess, minlength=k * k).reshape(k, k).cpu().numpy()
    return EvalResult(nn.functional.cross_entropy(logits, y).item(), (guess == y).double().mean().item(), confusion)
