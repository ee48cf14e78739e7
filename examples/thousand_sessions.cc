// A thousand live Pythons in one process, each with a state of its own; those that nobody uses are parked.
//
// Prints:
//   1000 sessions, ... KiB each, ... us to make one
//   parked: ... KiB each
//   session 500 has seen 2 cells and knows 250000
#include <belljar/runtime.h>

#include <chrono>
#include <cstdio>

constexpr int kSessions = 1000;

static double kib_each(const std::vector<std::unique_ptr<belljar::Session>>& sessions) {
  uint64_t bytes = 0;
  for (const auto& session : sessions) bytes += session->usage()->private_bytes;
  return static_cast<double>(bytes) / 1024 / kSessions;
}

int main() {
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;

  // One session does what all have in common; the others are forks of it and share its memory until they write to it.
  auto first = (*runtime)->open();
  if (!first || !(*first)->run("import json, re, dataclasses\ncells = 0")) return std::puts("cannot start"), 1;

  const auto start = std::chrono::steady_clock::now();
  auto sessions = (*first)->fork(kSessions);
  if (!sessions) return std::puts((sessions.error().message + ": " + sessions.error().hint).c_str()), 1;
  for (int i = 0; i < kSessions; i++) {
    auto result = (*sessions)[i]->run("cells += 1; number = " + std::to_string(i) + " ** 2");
    if (!result || result->status != belljar::RunStatus::kOk) return std::puts("a cell failed"), 1;
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  std::printf("%d sessions, %.0f KiB each, %.0f us to make one\n", kSessions, kib_each(*sessions), took.count() / kSessions);

  // RuntimeOptions::park_after does this by itself. The next call brings a session back.
  for (auto& session : *sessions) {
    if (auto parked = session->park(); !parked) return std::puts(parked.error().message.c_str()), 1;
  }
  std::printf("parked: %.0f KiB each\n", kib_each(*sessions));
  auto result = (*sessions)[500]->run("cells += 1\nprint('session 500 has seen', cells, 'cells and knows', number)");
  if (!result) return std::puts(result.error().message.c_str()), 1;
  std::fputs(result->stdout_data.c_str(), stdout);
}
