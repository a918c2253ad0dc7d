"""Mutant: makes rows for the classes that occur.
Misconception: classes that nobody has do not exist.
Killed by: test_confusion_of_repeated_and_absent_classes
Hint: confusion
"""

def train_one_epoch(model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, device: Any) -> float:
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
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
    kinds = np.unique(np.concatenate([truth, answer]))
    confusion = np.array([[np.sum((truth == a) & (answer == b)) for b in kinds] for a in kinds])
    return EvalResult(total / len(truth), float(np.mean(truth == answer)), confusion)
