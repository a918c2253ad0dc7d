from __future__ import annotations

import pytest

from autograder.report.similarity import similar_pairs, similarity_page

RELEASE = """def given(x):
    total = 0
    for value in x:
        total = total + value * value - 3
    return total
"""
LOOP = """def softmax(X):
    out = []
    for row in X:
        top = max(row)
        weights = [math.exp(v - top) for v in row]
        norm = sum(weights)
        out.append([w / norm for w in weights])
    return out
"""
RENAMED = LOOP.replace("row", "line").replace("weights", "w8").replace("norm", "Z").replace("top", "m")
ARRAYS = """def softmax(X):
    E = np.exp(X - X.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)
"""
OTHERS = {
    f"s{i}": f"def f{i}(a, b):\n" + "".join(f"    a{'+-*/'[(i + j) % 4]}= b[{j}] if a {'<>'[(i * j) % 2]} {i} else -a\n"
                                           for j in range(i + 2))
    for i in range(6)
}  # fmt: skip


def names(pairs):
    return [(p.one, p.other) for p in pairs]


def test_other_names_do_not_hide_that_code_is_alike():
    code = {"ann": RELEASE + LOOP, "ben": RELEASE + "\n# mine\n" + RENAMED, "cem": RELEASE + ARRAYS}
    pairs = similar_pairs(code, [RELEASE])
    assert names(pairs) == [("ann", "ben")]
    assert pairs[0].share > 0.9 and "<mark>" in pairs[0].code_one


def test_what_was_handed_out_does_not_count():
    assert similar_pairs({"ann": RELEASE + ARRAYS, "ben": RELEASE}, [RELEASE]) == []
    assert names(similar_pairs({"ann": RELEASE, "ben": RELEASE}, [])) == [("ann", "ben")]


def test_what_many_have_in_common_does_not_count():
    code = {f"all{i}": LOOP for i in range(5)} | OTHERS
    assert similar_pairs(code, []) == []
    assert names(similar_pairs({"ann": LOOP, "ben": LOOP} | OTHERS, [], least=0.9)) == [("ann", "ben")]


@pytest.mark.parametrize("code", [{}, {"ann": LOOP}, {"ann": "", "ben": ""}, {"ann": "x", "ben": "def (:"}])
def test_odd_classes_have_no_pairs(code):
    assert similar_pairs(code, []) == []


def test_the_page_accuses_nobody_and_runs_nothing():
    evil = LOOP + "\n# </pre><script>alert(1)</script>"
    pairs = similar_pairs({"<b>ann": evil, "ben": LOOP}, [])
    page = similarity_page("Week", pairs, 2, 0.5)
    assert "Alike is not copied" in page and "<script" not in page and "<b>ann" not in page
    for word in ("plagiar", "cheat"):
        assert word not in page.lower()
    assert "No two submissions" in similarity_page("Week", [], 2, 0.5)
