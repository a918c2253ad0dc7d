"""Wheat: plain loops over lists, the trapezoid rule by hand."""


def posterior_grid(grid, prior, tosses):
    points = [float(p) for p in grid]

    def rescaled(values):
        area = 0.0
        for k in range(len(points) - 1):
            area += (points[k + 1] - points[k]) * (values[k] + values[k + 1]) / 2
        if area == 0:
            raise ValueError("no area")
        return [value / area for value in values]

    rows = [rescaled([float(value) for value in prior])]
    for toss in tosses:
        rows.append(rescaled([v * (p if toss == 1 else 1 - p) for p, v in zip(points, rows[-1])]))
    return np.array(rows)
