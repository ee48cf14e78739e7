// A program cleans data in a folder of this machine. It works on the folder as it is, and its changes stay in the
// session: look at them, then keep them or not.
//
// Prints:
//   2 of 4 rows kept
//   --- a/data/people.csv
//   +++ b/data/people.csv
//   @@ -1,5 +1,3 @@
//    name,age
//   -Ada, 36
//   -Bob,unknown
//   +Ada,36
//    Cy,29
//   -Cy,29
//   the folder has 5 lines, its clean copy 3
#include <belljar/runtime.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

constexpr const char* kProgram = R"(
import csv
with open('/data/people.csv') as file:
    names, *rows = csv.reader(file, skipinitialspace=True)
clean = list(dict.fromkeys(tuple(row) for row in rows if row[1].isdecimal()))
with open('/data/people.csv', 'w', newline='') as file:
    csv.writer(file, lineterminator='\n').writerows([names, *clean])
print(len(clean), 'of', len(rows), 'rows kept')
)";

auto lines(const std::string& path) {
  std::ifstream file(path);
  return static_cast<int>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
}

int main() {
  char folder[] = "/tmp/belljar-example-XXXXXX";
  const std::string data = mkdtemp(folder), copy = data + "-copy";
  std::ofstream(data + "/people.csv") << "name,age\nAda, 36\nBob,unknown\nCy,29\nCy,29\n";

  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;
  belljar::Policy policy;
  policy.mounts = {{.host = data, .guest = "/data", .mode = belljar::MountMode::kCopyOnWrite}};
  auto session = (*runtime)->open(policy);
  if (!session) return std::puts(session.error().message.c_str()), 1;
  auto result = (*session)->run(kProgram);
  if (!result) return std::puts(result.error().message.c_str()), 1;
  std::fputs((result->error ? result->error->traceback : result->stdout_data).c_str(), stdout);

  std::fputs((*session)->diff().value().c_str(), stdout);
  std::filesystem::copy(data, copy);
  if (auto done = (*session)->export_changes(copy); !done) return std::puts(done.error().message.c_str()), 1;
  std::printf("the folder has %d lines, its clean copy %d\n", lines(data + "/people.csv"), lines(copy + "/people.csv"));
  for (const std::string& made : {data, copy}) std::filesystem::remove_all(made);
}
