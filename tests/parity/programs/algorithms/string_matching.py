"""Find a pattern in a text in four ways: naive, Knuth-Morris-Pratt, Rabin-Karp, Boyer-Moore-Horspool."""

TEXT = "abracadabra abracadabrab abraabracadabra" * 3
PATTERNS = ["abracadabra", "bra", "a", "cadabrab", "xyz", "ab" * 4]


def naive(text, pattern):
    return [i for i in range(len(text) - len(pattern) + 1) if text.startswith(pattern, i)]


def failure_function(pattern):
    table, k = [0] * len(pattern), 0
    for i in range(1, len(pattern)):
        while k and pattern[i] != pattern[k]:
            k = table[k - 1]
        k += pattern[i] == pattern[k]
        table[i] = k
    return table


def knuth_morris_pratt(text, pattern):
    table, k, found = failure_function(pattern), 0, []
    for i, letter in enumerate(text):
        while k and (k == len(pattern) or letter != pattern[k]):
            k = table[k - 1]
        k += letter == pattern[k]
        if k == len(pattern):
            found.append(i - k + 1)
    return found


def rabin_karp(text, pattern, base=257, modulus=1_000_000_007):
    m, found = len(pattern), []
    if m > len(text):
        return found
    top = pow(base, m - 1, modulus)
    wanted = window = 0
    for i in range(m):
        wanted = (wanted * base + ord(pattern[i])) % modulus
        window = (window * base + ord(text[i])) % modulus
    for i in range(len(text) - m + 1):
        if window == wanted and text[i:i + m] == pattern:
            found.append(i)
        if i + m < len(text):
            window = ((window - ord(text[i]) * top) * base + ord(text[i + m])) % modulus
    return found


def horspool(text, pattern):
    m, found, i = len(pattern), [], 0
    shift = {letter: m - 1 - k for k, letter in enumerate(pattern[:-1])}
    while i <= len(text) - m:
        if text[i:i + m] == pattern:
            found.append(i)
        i += shift.get(text[i + m - 1], m)
    return found


def main():
    for pattern in PATTERNS:
        answers = {f.__name__: f(TEXT, pattern) for f in (naive, knuth_morris_pratt, rabin_karp, horspool)}
        expected = answers["naive"]
        agree = all(answer == expected for answer in answers.values())
        print(f"{pattern:<12} {len(expected):>3} times, all agree: {agree}, first {expected[:6]}")
    print("failure function:", failure_function("abracadabrab"))


if __name__ == "__main__":
    main()
