#include "fs/text_diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace belljar::fs {
namespace {

using std::string_view;
using Lines = std::vector<string_view>;  // each with its newline, if it has one

constexpr int kContext = 3;

/// Of insertions and deletions: the search takes memory for the square of this.
constexpr int kMaxEdits = 1000;

Lines split(string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t length = end == text.npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

/// Which lines of either side have no counterpart.
struct Edits {
  std::vector<bool> removed, added;
};

// Myers' greedy algorithm after a common beginning; the furthest points of each round are kept, and the path is read off
// them backwards.
bool find_edits(const Lines& a, const Lines& b, int begin, Edits* edits) {
  const int n = static_cast<int>(a.size()) - begin, m = static_cast<int>(b.size()) - begin;
  const int limit = std::min(n + m, kMaxEdits);
  std::vector<std::vector<int>> rounds;
  std::vector<int> furthest(static_cast<size_t>(2 * limit + 3), 0);
  const auto at = [&](std::vector<int>& v, int k) -> int& { return v[static_cast<size_t>(k + limit + 1)]; };
  for (int d = 0; d <= limit; d++) {
    rounds.push_back(furthest);
    for (int k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(furthest, k - 1) < at(furthest, k + 1));
      int x = down ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      while (x < n && x - k < m && a[static_cast<size_t>(begin + x)] == b[static_cast<size_t>(begin + x - k)]) x++;
      at(furthest, k) = x;
      if (x < n || x - k < m) continue;
      int px = n, pk = n - m;
      for (int back = d; back > 0; back--) {
        std::vector<int>& v = rounds[static_cast<size_t>(back)];
        const bool was_down = pk == -back || (pk != back && at(v, pk - 1) < at(v, pk + 1));
        const int from_k = was_down ? pk + 1 : pk - 1;
        px = at(v, from_k);
        if (was_down) {
          edits->added[static_cast<size_t>(begin + px - from_k)] = true;
        } else {
          edits->removed[static_cast<size_t>(begin + px)] = true;
        }
        pk = from_k;
      }
      return true;
    }
  }
  return false;
}

Edits compare(const Lines& a, const Lines& b) {
  Edits edits{std::vector<bool>(a.size()), std::vector<bool>(b.size())};
  const size_t shorter = std::min(a.size(), b.size());
  size_t begin = 0, end = 0;
  while (begin < shorter && a[begin] == b[begin]) begin++;
  while (end < shorter - begin && a[a.size() - 1 - end] == b[b.size() - 1 - end]) end++;
  if (find_edits(a, b, static_cast<int>(begin), &edits)) return edits;
  const size_t a_end = a.size() - end, b_end = b.size() - end;
  std::fill(edits.removed.begin() + static_cast<ptrdiff_t>(begin), edits.removed.begin() + static_cast<ptrdiff_t>(a_end), true);
  std::fill(edits.added.begin() + static_cast<ptrdiff_t>(begin), edits.added.begin() + static_cast<ptrdiff_t>(b_end), true);
  return edits;
}

void put_line(char mark, string_view line, std::string* out) {
  *out += mark;
  *out += line;
  if (line.back() != '\n') *out += "\n\\ No newline at end of file\n";
}

std::string range(size_t start, size_t count) {
  const size_t line = count == 0 ? start : start + 1;
  return count == 1 ? std::to_string(line) : std::to_string(line) + "," + std::to_string(count);
}

/// Lines [a, b) of the old text and [c, d) of the new one.
struct Hunk {
  size_t a, b, c, d;
};

// Runs of edits whose context would touch are one.
std::vector<Hunk> find_hunks(const Lines& a, const Lines& b, const Edits& edits) {
  std::vector<Hunk> hunks;
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (!(i < a.size() && edits.removed[i]) && !(j < b.size() && edits.added[j])) {
      i++, j++;
      continue;
    }
    Hunk hunk{i, i, j, j};
    while (i < a.size() && edits.removed[i]) i++;
    while (j < b.size() && edits.added[j]) j++;
    hunk.b = i;
    hunk.d = j;
    if (!hunks.empty() && hunk.a - hunks.back().b <= 2 * kContext) {
      hunks.back().b = hunk.b;
      hunks.back().d = hunk.d;
    } else {
      hunks.push_back(hunk);
    }
  }
  for (Hunk& hunk : hunks) {
    const size_t before = std::min<size_t>(kContext, hunk.a), after = std::min<size_t>(kContext, a.size() - hunk.b);
    hunk = {hunk.a - before, hunk.b + after, hunk.c - before, hunk.d + after};
  }
  return hunks;
}

}  // namespace

std::string unified_diff(string_view old_name, string_view old_text, string_view new_name, string_view new_text) {
  if (old_text == new_text) return "";
  const Lines a = split(old_text), b = split(new_text);
  const Edits edits = compare(a, b);
  std::string out = "--- " + std::string(old_name) + "\n+++ " + std::string(new_name) + "\n";
  for (const Hunk& hunk : find_hunks(a, b, edits)) {
    out += "@@ -" + range(hunk.a, hunk.b - hunk.a) + " +" + range(hunk.c, hunk.d - hunk.c) + " @@\n";
    for (size_t i = hunk.a, j = hunk.c; i < hunk.b || j < hunk.d;) {
      if (i < hunk.b && edits.removed[i]) {
        put_line('-', a[i++], &out);
      } else if (j < hunk.d && edits.added[j]) {
        put_line('+', b[j++], &out);
      } else {
        put_line(' ', a[i++], &out);
        j++;
      }
    }
  }
  return out;
}

}  // namespace belljar::fs
