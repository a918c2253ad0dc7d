"""Mutant: leaves the model in eval mode.
Misconception: whoever trains next will set it.
Killed by: test_eval_mode_is_used_and_put_back
Hint: restore
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
    truth, answer = np.concatenate(truths), np.concatenate(answers)
    confusion = np.zeros((logits.shape[1], logits.shape[1]), dtype=np.int64)
    np.add.at(confusion, (truth, answer), 1)
    return EvalResult(total / len(truth), float(np.mean(truth == answer)), confusion)
