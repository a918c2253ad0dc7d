"""What the reference of week 6 reaches, over several seeds: the ground that the thresholds of its suite stand on.

    python -m tests.bench.calibrate ci         # or gpu, on a machine with a card

Writes docs/suites/week6_cnn-calibration.md; a profile that was not run keeps what stood there.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

from autograder.course import load_course
from autograder.judge.author import reference_of_assignment

ROOT = Path(__file__).parents[2]
WEEK = "week6_cnn"
PAGE = ROOT / "docs" / "suites" / f"{WEEK}-calibration.md"
TEST = ROOT / "tests" / "hidden" / WEEK / "mnist_test.npz"
RUNS = 10
DATE = dt.date.today().isoformat()

HEAD = """# Calibration of week6_cnn

For staff: what right trainings reach, by `make calibrate PROFILE=ci|gpu`. A threshold of the suite lies below the
least of these figures by two percentage points or more, so that no right training fails by chance.
"""


def accuracy(model: Any, images: np.ndarray, labels: np.ndarray, train: np.ndarray) -> float:
    """Share of images, normalised by those of the training, that the model classifies rightly."""
    model.cpu().eval()
    with torch.no_grad():
        x = torch.from_numpy((images[:, None] - train.mean()) / train.std())
        return float(np.mean(model(x).argmax(1).numpy() == labels))


def one_run(reference: Any, profile: str, device: str, seed: int) -> dict[str, float]:
    """The experiments of Q6.6 and Q6.7 with one seed."""
    data = reference.load_profile(profile)
    train_rows, val_rows = data.split["train"], data.split["val"]
    pixels = data.images[train_rows]
    with np.load(TEST) as file:
        test, truth = file["images"].astype(np.float32) / 255, file["labels"].astype(np.int64)
    if data.images.shape[1] != test.shape[1]:
        test = reference.render(test, data.images.shape[1], 0.2, np.random.default_rng(seed))
    rng = np.random.default_rng(seed)

    def fit(rows: np.ndarray, epochs: int, batch: int, labels: np.ndarray = data.labels) -> tuple[Any, list[dict]]:
        torch.manual_seed(seed)
        model = reference.build_model(10, (1, *data.images.shape[1:]))
        split = {"train": rows, "val": val_rows}
        loaders = reference.make_loaders(data.images, labels, split, batch, seed)
        return model, reference.fit(model, loaders, epochs=epochs, seed=seed, device=device).history

    start = time.perf_counter()
    model, _ = fit(train_rows, data.epochs, data.batch_size)
    found = {"Q6.7 seconds": time.perf_counter() - start, "Q6.7 accuracy": accuracy(model, test, truth, pixels)}
    model, history = fit(rng.permutation(train_rows)[:1500], 5, 64)
    found |= {
        "Q6.6 accuracy": accuracy(model, test, truth, pixels),
        "Q6.6 first loss": history[0]["train_loss"],
        "Q6.6 last / first loss": history[-1]["train_loss"] / history[0]["train_loss"],
    }
    _, history = fit(rng.permutation(train_rows)[:32], 150, 32)
    found["one batch, least loss"] = min(entry["train_loss"] for entry in history)
    mixed = data.labels.copy()
    rows = rng.permutation(train_rows)[:600]
    mixed[rows] = rng.permutation(mixed[rows])
    model, _ = fit(rows, 4, 64, mixed)
    found["permuted labels, accuracy"] = accuracy(model, test, truth, pixels)
    return found


def table(profile: str, device: str, runs: Iterable[dict[str, float]]) -> str:
    """The section of a profile."""
    runs = list(runs)
    where = platform.processor() or platform.machine()
    if device == "cuda":
        where = torch.cuda.get_device_name()
    lines = [
        f"## Profile {profile}", "",
        f"{len(runs)} runs of the reference, one seed each; {device}, one thread, {where}, torch "
        f"{torch.__version__}, {DATE}.",
        "", "| figure | least | median | most |", "| --- | --: | --: | --: |",
    ]  # fmt: skip
    for name in runs[0]:
        values = np.array([run[name] for run in runs])
        lines.append(f"| {name} | " + " | ".join(f"{f(values):.3f}" for f in (np.min, np.median, np.max)) + " |")
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None, say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", choices=["ci", "gpu"])
    parser.add_argument("--device", default=None, help="default: cpu for ci, cuda for gpu")
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args(argv)
    device = arguments.device or {"ci": "cpu", "gpu": "cuda"}[arguments.profile]
    if device == "cuda" and not torch.cuda.is_available():
        parser.exit(2, "No CUDA device here: the gpu profile stays uncalibrated. Run this on the course's own card.\n")
    torch.set_num_threads(1)
    reference = reference_of_assignment(load_course(ROOT).assignment(WEEK))()
    os.chdir(ROOT / "solutions" / WEEK)
    runs = []
    for seed in range(arguments.runs):
        runs.append(one_run(reference, arguments.profile, device, seed))
        say(f"{seed}: " + ", ".join(f"{name} {value:.3f}" for name, value in runs[-1].items()))
    sections = {"ci": "", "gpu": "## Profile gpu\n\nUncalibrated: nobody has run it on a card.\n"}
    if PAGE.exists():
        for found in re.split(r"(?m)^(?=## Profile )", PAGE.read_text(encoding="utf-8"))[1:]:
            sections[found.split()[2]] = found
    sections[arguments.profile] = table(arguments.profile, device, runs)
    PAGE.write_text(HEAD + "".join("\n" + s.strip() + "\n" for s in sections.values() if s), encoding="utf-8")


if __name__ == "__main__":
    main()
