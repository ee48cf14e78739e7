// Sandboxes that begin with an image of packages, beside those that begin with the base.
#include "measure.h"

namespace belljar::bench {
namespace {

double fresh(Runtime& runtime, const Snapshot& image, const char* cell) {
  const auto start = Clock::now();
  {
    auto session = need(runtime.resume(image));
    run(*session, cell);
  }
  return microseconds_since(start);
}

void report_fresh(Runtime& runtime, const Snapshot& image, const char* name, const char* cell) {
  const Distribution d = measure(10, 500, [&] { return fresh(runtime, image, cell); });
  report(name, d.p50, "us", d.n);
}

}  // namespace

void bench_image(const char* path) {
  auto runtime = need(Runtime::create());
  const Snapshot base = need(need(runtime->open())->snapshot());
  const Snapshot image = need(runtime->load_file(path));
  for (int i = 0; i < 200; i++) fresh(*runtime, image, "print(1+1)");
  report_fresh(*runtime, base, "fresh_image_base_us_p50", "print(1+1)");
  report_fresh(*runtime, image, "fresh_image_packages_us_p50", "print(1+1)");
  const Distribution opened = measure(10, 500, [&] {
    const auto start = Clock::now();
    auto session = need(runtime->resume(image));
    return microseconds_since(start);
  });
  report("image_packages_open_us_p50", opened.p50, "us", opened.n);
  report("image_packages_mib", static_cast<double>(image.bytes()) / (1 << 20), "MiB", 1);
}

}  // namespace belljar::bench
