// belljar in a C++ program: one sandbox, a few cells, and what became of each.
//
// Prints:
//   ok: 285
//   exception: division by zero
//   time_limit: the CPU time limit of 0.5 s was reached (...)
//   ok: [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]
#include <belljar/runtime.h>

#include <cstdio>

int main() {
  // Loads Python's code and memory image: once per process.
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;

  // What the sandbox may use. Every limit has a default; this one is 10 s.
  belljar::Policy policy;
  policy.limits.cpu = std::chrono::milliseconds(500);

  auto session = (*runtime)->open(policy);
  if (!session) return std::puts(session.error().message.c_str()), 1;

  // Cells share their state. Not even one that never ends takes it away from those that follow.
  for (const char* cell : {"squares = [n * n for n in range(10)]\nsum(squares)", "1 / 0", "while True: pass", "squares"}) {
    auto result = (*session)->run(cell);
    // An error is about this program's request. What happened to the guest's code is data:
    if (!result) return std::puts(result.error().message.c_str()), 1;
    const std::string text = result->error ? result->error->message : result->value.at(0).data;
    std::printf("%s: %s\n", std::string(to_string(result->status)).c_str(), text.c_str());
  }
}
