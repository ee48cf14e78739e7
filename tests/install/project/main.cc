#include <belljar/runtime.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

// The base image must be mapped from the file it came in: a copy would cost 17 ms.
static bool is_image_copied() {
  std::ifstream maps("/proc/self/maps");
  const std::string text{std::istreambuf_iterator<char>(maps), {}};
  return text.find("belljar-image") != std::string::npos;
}

int main() {
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;
  auto session = (*runtime)->open();
  if (!session) return std::puts(session.error().message.c_str()), 1;
  auto result = (*session)->run("print(6 * 7)");
  if (!result) return std::puts(result.error().message.c_str()), 1;
  if (is_image_copied()) return std::puts("the image was copied"), 1;
  std::fputs(result->stdout_data.c_str(), stdout);
}
