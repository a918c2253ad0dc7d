"""Mutant: sets gradients to zero between backward and step.
Misconception: zero_grad belongs before the step.
Killed by: test_gradients_at_each_step
Hint: gradients
"""

def train_one_epoch(model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, device: Any) -> float:
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.zero_grad(set_to_none=False)
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


def evaluate(model: nn.Module, loader: DataLoader, device: Any) -> EvalResult:
    before = model.training
    model.eval()
    total, truths, answers = 0.0, [], []
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
            truths.append(labels.cpu().numpy())
            answers.append(logits.argmax(dim=1).cpu().numpy())
    model.train(before)
    truth, answer = np.concatenate(truths), np.concatenate(answers)
    confusion = np.zeros((logits.shape[1], logits.shape[1]), dtype=np.int64)
    np.add.at(confusion, (truth, answer), 1)
    return EvalResult(total / len(truth), float(np.mean(truth == answer)), confusion)
