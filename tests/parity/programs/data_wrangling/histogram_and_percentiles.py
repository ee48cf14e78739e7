"""Summaries of a numeric sample: histogram, percentiles, outliers, z-scores."""

import math
import random
import statistics


def percentile(values, p):
    """Linear interpolation between the closest ranks."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * p / 100
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def histogram(values, bins):
    low, high = min(values), max(values)
    width = (high - low) / bins
    counts = [0] * bins
    for value in values:
        counts[min(int((value - low) / width), bins - 1)] += 1
    for i, count in enumerate(counts):
        yield low + i * width, low + (i + 1) * width, count


def main():
    generator = random.Random(7)
    sample = [round(sum(generator.random() for _ in range(12)) * 10, 2) for _ in range(200)] + [5.0, 140.25]
    print(f"n={len(sample)} mean={statistics.mean(sample):.4f} variance={statistics.variance(sample):.4f}")
    for low, high, count in histogram(sample, 10):
        print(f"{low:7.2f} - {high:7.2f} {'*' * (count // 2)}{'.' * (count % 2)} {count}")
    for p in (0, 5, 25, 50, 75, 95, 100):
        print(f"p{p:<3} {percentile(sample, p):8.3f}")
    q1, q3 = percentile(sample, 25), percentile(sample, 75)
    fence = 1.5 * (q3 - q1)
    print("outliers:", [v for v in sample if not q1 - fence <= v <= q3 + fence])
    mean, deviation = statistics.mean(sample), statistics.pstdev(sample)
    print("largest z-score:", round(max(abs(v - mean) / deviation for v in sample), 3))
    normal = statistics.NormalDist.from_samples(sample)
    print(f"NormalDist(mu={normal.mean:.3f}, sigma={normal.stdev:.3f}), P(x<50)={normal.cdf(50):.4f}")
    print("geometric", round(statistics.geometric_mean(sample), 6), "harmonic",
          round(statistics.harmonic_mean(sample), 6))


if __name__ == "__main__":
    main()
