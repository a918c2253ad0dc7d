"""Wheat: plain loops; the interval by walking up from below and down from above."""


def beta_update(prior, tosses):
    a, b = prior.a, prior.b
    for toss in tosses:
        if toss == 1:
            a += 1
        else:
            b += 1
    return BetaPosterior(a, b)


def beta_map(post):
    if post.a < 1 or post.b < 1:
        raise ValueError("the density has no maximum")
    if post.a == 1 and post.b == 1:
        raise ValueError("the density is flat")
    if post.a == 1:
        return 0.0
    if post.b == 1:
        return 1.0
    return 1 / (1 + (post.b - 1) / (post.a - 1))


def credible_interval(grid, density, mass=0.95):
    tail = (1 - mass) / 2

    def walk(points, values):
        seen = 0.0
        for k in range(1, len(points)):
            piece = abs(points[k] - points[k - 1]) * (values[k] + values[k - 1]) / 2
            if seen + piece >= tail:
                return float(points[k - 1] + (points[k] - points[k - 1]) * (tail - seen) / piece)
            seen += piece
        return float(points[-1])

    return walk(grid, density), walk(grid[::-1], density[::-1])
