// A live session goes into a file and comes back, in another process or on another machine with the same build. A
// generator that has begun, an open file, an imported module: all of it goes on.
//
// Prints:
//   before: 0 1
//   saved: ... KiB
//   after: 1 2 3, first line
//   a changed file: corrupt
#include <belljar/runtime.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

static void print(const char* label, const belljar::Result<belljar::RunResult>& result) {
  std::printf("%s: %s", label, result ? result->stdout_data.c_str() : result.error().message.c_str());
}

int main() {
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;
  const std::string path = std::filesystem::temp_directory_path() / ("belljar-example-" + std::to_string(getpid()));

  // With a key, only who has the key can read the file, or make one that is accepted.
  belljar::SnapshotKey key;
  std::ifstream("/dev/urandom").read(reinterpret_cast<char*>(key.bytes.data()), sizeof key.bytes);
  {
    auto session = (*runtime)->open();
    if (!session) return std::puts(session.error().message.c_str()), 1;
    print("before", (*session)->run(R"(
def fibonacci(a=0, b=1):
    while True:
        yield a
        a, b = b, a + b
numbers = fibonacci()
open("notes", "w").write("first line\nsecond line\n")
notes = open("notes")
print(next(numbers), next(numbers)))"));
    auto saved = (*session)->suspend(path, &key);
    if (!saved) return std::puts(saved.error().message.c_str()), 1;
    std::printf("saved: %ju KiB\n", static_cast<uintmax_t>(std::filesystem::file_size(path) / 1024));
  }  // the session is gone

  // A snapshot carries state, never rights: limits and tools are what is given to resume().
  auto snapshot = (*runtime)->load_file(path, &key);
  if (!snapshot) return std::puts(snapshot.error().message.c_str()), 1;
  auto resumed = (*runtime)->resume(*snapshot);
  if (!resumed) return std::puts(resumed.error().message.c_str()), 1;
  print("after", (*resumed)->run("print(next(numbers), next(numbers), next(numbers), end=', ')\nprint(next(notes), end='')"));

  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(1000).put('x').put('y');  // somebody meddles with it
  auto changed = (*runtime)->load_file(path, &key);
  std::printf("a changed file: %s\n", changed ? "accepted" : std::string(to_string(changed.error().code)).c_str());
  std::filesystem::remove(path);
}
