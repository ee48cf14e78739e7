// Three plans from one state: each is tried in a fork of the session, the best one is kept. A fork takes microseconds and
// copies nothing; what a plan breaks is gone with its fork.
//
// Prints:
//   plan 1: exception
//   plan 2: cost 14
//   plan 3: cost 9
//   kept plan 3: ['bread', 'eggs', 'milk']
#include <belljar/runtime.h>

#include <cstdio>
#include <memory>

// The state that an agent has built up so far.
constexpr const char* kState = R"(
shelves = {"milk": 7, "bread": 2, "eggs": 4}

def cost(route):
    return sum(abs(shelves[a] - shelves[b]) for a, b in zip(route, route[1:])) + shelves[route[0]] + 2 * (route[-1] == "bread")
)";

// What a model proposes to go on with.
constexpr const char* kPlans[] = {
    "shelves.clear(); route = sorted(shelves, key=shelves.__getitem__); total = cost(route)",
    "route = ['eggs', 'milk', 'bread']; total = cost(route)",
    "route = sorted(shelves, key=shelves.get); total = cost(route) + 2",
};

int main() {
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;
  auto session = (*runtime)->open();
  if (!session || !(*session)->run(kState)) return std::puts("cannot start"), 1;

  auto forks = (*session)->fork(std::size(kPlans));
  if (!forks) return std::puts(forks.error().message.c_str()), 1;
  size_t best = 0;
  int64_t least = INT64_MAX;
  for (size_t i = 0; i < forks->size(); i++) {
    auto result = (*forks)[i]->run(kPlans[i]);
    if (!result) return std::puts(result.error().message.c_str()), 1;
    auto total = (*forks)[i]->get("total");  // a value out of the sandbox, when there is one
    const int64_t* cost = total ? total->as_int() : nullptr;
    if (!cost) {
      std::printf("plan %zu: %s\n", i + 1, std::string(to_string(result->status)).c_str());
      continue;
    }
    std::printf("plan %zu: cost %ld\n", i + 1, static_cast<long>(*cost));
    if (*cost < least) least = *cost, best = i;
  }
  *session = std::move((*forks)[best]);  // the other two, and the state before, are thrown away
  auto kept = (*session)->run("route");
  if (kept) std::printf("kept plan %zu: %s\n", best + 1, kept->value.at(0).data.c_str());
}
