// A Runtime for tests: shared by a test program, with every reset verified byte for byte.
#ifndef BELLJAR_TESTS_SUPPORT_H_
#define BELLJAR_TESTS_SUPPORT_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "belljar/runtime.h"

namespace belljar::testing {

inline std::shared_ptr<Runtime> runtime() {
  static const std::shared_ptr<Runtime> shared = [] {
    RuntimeOptions options;
    options.verify_resets = true;
    auto made = Runtime::create(options);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made ? *made : nullptr;
  }();
  return shared;
}

inline std::unique_ptr<Session> open(const Policy& policy = {}) {
  auto session = runtime()->open(policy);
  EXPECT_TRUE(session) << (session ? "" : session.error().message);
  return session ? std::move(*session) : nullptr;
}

/// Runs a cell that must be carried out; what became of it is the test's business.
inline RunResult run(Session& session, std::string_view source, const RunOptions& options = {}) {
  auto result = session.run(source, options);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? std::move(*result) : RunResult{};
}

inline RunResult run_fresh(std::string_view source, const Policy& policy = {}) {
  auto session = open(policy);
  return run(*session, source);
}

/// The text/plain form of the value; "" when there is none.
inline std::string value(const RunResult& result) { return result.value.empty() ? "" : result.value[0].data; }

/// "type: message" of the exception; "" when there is none.
inline std::string error(const RunResult& result) {
  return result.error ? result.error->type + ": " + result.error->message : "";
}

inline Policy quick_limits(int cpu_ms, int grace_ms = 100) {
  Policy policy;
  policy.limits.cpu = std::chrono::milliseconds(cpu_ms);
  policy.limits.grace = std::chrono::milliseconds(grace_ms);
  return policy;
}

}  // namespace belljar::testing

#endif  // BELLJAR_TESTS_SUPPORT_H_
