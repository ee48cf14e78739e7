"""Descriptive statistics and a t-test from scratch, checked against the statistics module."""

import math
import statistics as st

CONTROL = [91.2, 87.5, 99.1, 94.0, 88.8, 92.4, 90.0, 95.3]
TREATED = [98.7, 101.2, 94.9, 99.9, 104.1, 96.6, 100.3, 97.0]


def mean(xs):
    return math.fsum(xs) / len(xs)


def variance(xs):
    m = mean(xs)
    return math.fsum((x - m) ** 2 for x in xs) / (len(xs) - 1)


def welch(a, b):
    va, vb = variance(a) / len(a), variance(b) / len(b)
    t = (mean(a) - mean(b)) / math.sqrt(va + vb)
    df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    return t, df


def ranks(xs):
    ordered = sorted(xs)
    return [ordered.index(x) + (ordered.count(x) + 1) / 2 for x in xs]


def spearman(a, b):
    ra, rb = ranks(a), ranks(b)
    ma, mb = mean(ra), mean(rb)
    top = sum((x - ma) * (y - mb) for x, y in zip(ra, rb))
    return top / math.sqrt(sum((x - ma) ** 2 for x in ra) * sum((y - mb) ** 2 for y in rb))


def main():
    for name, xs in (("control", CONTROL), ("treated", TREATED)):
        print(
            f"{name}: mean {mean(xs):.4f} sd {math.sqrt(variance(xs)):.4f} median {st.median(xs)} quartiles {[round(q, 3) for q in st.quantiles(xs)]}"
        )
        assert math.isclose(mean(xs), st.fmean(xs)) and math.isclose(variance(xs), st.variance(xs))
    t, df = welch(CONTROL, TREATED)
    print(f"Welch t = {t:.5f}, df = {df:.4f}")
    print(
        f"Spearman {spearman(CONTROL, TREATED):.5f}, by the library {st.correlation(CONTROL, TREATED, method='ranked'):.5f}"
    )
    print(
        "median low/high/grouped:",
        st.median_low([1, 2, 3, 4]),
        st.median_high([1, 2, 3, 4]),
        st.median_grouped([1, 3, 3, 5, 7]),
    )
    print(
        "modes:",
        st.mode("aabbbc"),
        st.multimode([1, 1, 2, 2, 3]),
        "means:",
        st.mean([1, 2, 4]),
        st.harmonic_mean([40, 60], weights=[1, 2]),
    )
    print(
        "exact mean of fractions-like ints:",
        st.mean([1, 2, 3, 4]),
        st.pvariance([0, 1, 2, 3]),
        st.fmean([3, 5], weights=[1, 3]),
    )
    a, b = st.NormalDist(100, 15), st.NormalDist(110, 10)
    print(
        a + b,
        a * 2 - 50,
        round(a.overlap(b), 6),
        round(a.inv_cdf(0.975), 6),
        round(a.zscore(130), 3),
        [round(q, 3) for q in a.quantiles(4)],
    )
    fit = st.linear_regression(range(8), TREATED)
    print(f"slope {fit.slope:.6f} intercept {fit.intercept:.6f} covariance {st.covariance(CONTROL, TREATED):.6f}")
    for bad in (
        lambda: st.mean([]),
        lambda: st.stdev([1]),
        lambda: st.mode([]),
        lambda: st.quantiles([1], n=0),
        lambda: st.correlation([1, 1], [2, 3]),
    ):
        try:
            bad()
        except st.StatisticsError as error:
            print("StatisticsError:", error)


if __name__ == "__main__":
    main()
