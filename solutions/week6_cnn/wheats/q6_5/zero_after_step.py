"""Wheat: sets gradients to zero after each step."""

def train_one_epoch(model, loader, optimizer, device):
    model.train()
    optimizer.zero_grad(set_to_none=True)
    total = n = 0
    for images, labels in loader:
        logits = model(images.to(device))
        loss = -logits.log_softmax(1).gather(1, labels.to(device)[:, None]).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += loss.detach().item() * labels.size(0)
        n += labels.size(0)
    return float(total / n)


def evaluate(model, loader, device):
    was_training = model.training
    model.eval()
    loss, right, n, table = 0.0, 0, 0, None
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images.to(device)).cpu()
            table = np.zeros((logits.shape[1],) * 2, dtype=np.int64) if table is None else table
            loss += float(nn.functional.cross_entropy(logits, labels)) * len(labels)
            guess = logits.argmax(1)
            right += int((guess == labels).sum())
            n += len(labels)
            for t, g in zip(labels.tolist(), guess.tolist()):
                table[t][g] += 1
    if was_training:
        model.train()
    return EvalResult(loss / n, right / n, table)
