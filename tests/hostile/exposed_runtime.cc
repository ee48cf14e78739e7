#include "exposed_runtime.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "engine/faults.h"
#include "witness.h"

namespace belljar::testing {
namespace {

/// Whole pages of its own, as code must be that is made executable.
std::span<const uint8_t> map_file(const char* path) {
  const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd.valid() || fstat(fd.get(), &info) != 0) return {};
  const auto size = static_cast<size_t>(info.st_size);
  void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (at == MAP_FAILED) return {};
  return {static_cast<const uint8_t*>(at), size};
}

std::string text_of(const RunResult& result) {
  return std::string(to_string(result.status)) + ": " + (result.error ? result.error->message : "") + "\n" +
         result.stdout_data + result.stderr_data;
}

}  // namespace

const Payload& python_payload() {
  static const Payload payload = Payload::linked();
  return payload;
}

const Payload& hostile_payload() {
  static const Payload payload{.code = map_file(BELLJAR_HOSTILE_CODE),
                               .image = map_file(BELLJAR_HOSTILE_IMAGE),
                               .library = Payload::linked().library,
                               .code_is_executable = false};
  return payload;
}

ExposedRuntime::ExposedRuntime(const Payload& payload) {
  engine::Faults::install_below();
  auto code = engine::Code::load(payload.code, payload.code_is_executable, witnessed_imports());
  EXPECT_TRUE(code) << code.error().message;
  code_ = *code;
  auto runtime = RuntimeImpl::create({}, payload);
  EXPECT_TRUE(runtime) << runtime.error().message;
  runtime_ = *runtime;
}

// The slot given back last is the first to be used again.
ExposedRuntime::Opened ExposedRuntime::open(const Policy& policy) {
  auto sandbox = runtime_->take_sandbox();
  EXPECT_TRUE(sandbox) << sandbox.error().message;
  Sandbox* const known = sandbox->get();
  runtime_->give_back(*std::move(sandbox));
  auto rights = Rights::create(policy, image_bytes());
  EXPECT_TRUE(rights) << rights.error().message;
  auto session = SessionImpl::create(runtime_, *rights, runtime_->pristine_state(), true, {"fresh"});
  EXPECT_TRUE(session) << session.error().message;
  return {*std::move(session), known};
}

void ExposedRuntime::expect_clean_end(Opened opened) {
  opened.session = nullptr;
  auto sandbox = runtime_->take_sandbox();
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  EXPECT_EQ(sandbox->get(), opened.sandbox) << "the slot could not be reset";
  const Slot& slot = (*sandbox)->slot();
  EXPECT_EQ(slot.size(), image_bytes());
  EXPECT_TRUE(runtime_->image().matches(slot.memory()));
  runtime_->give_back(*std::move(sandbox));
}

MemoryCopy ExposedRuntime::Opened::memory() const {
  const uint64_t copied = std::min<uint64_t>(slot().size(), slot().image()->memory_size() + (1 << 20));
  return {slot().size(), {slot().memory(), slot().memory() + copied}};
}

Canary::Canary(ExposedRuntime& runtime, std::string_view prepare, std::string check, std::string expected)
    : runtime_(runtime), opened_(runtime.open({})), check_(std::move(check)), expected_(std::move(expected)) {
  const Witness apart;  // its calls are not those of a test's run
  auto prepared = opened_.session->run(prepare, {});
  EXPECT_TRUE(prepared && prepared->status == RunStatus::kOk) << (prepared ? text_of(*prepared) : "");
  expect_alive();
}

Canary::~Canary() {
  expect_unharmed();
  expect_alive();
  runtime_.expect_clean_end(std::move(opened_));
}

void Canary::expect_unharmed() const {
  EXPECT_TRUE(opened_.memory() == memory_);
}

void Canary::expect_alive() {
  const Witness apart;
  auto result = opened_.session->run(check_, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status, RunStatus::kOk) << text_of(*result);
  EXPECT_EQ(result->stdout_data, expected_);
  memory_ = opened_.memory();
}

ProcessFigures ProcessFigures::now() {
  ProcessFigures figures{};
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) figures.descriptors++;
  std::ifstream maps("/proc/self/maps");
  figures.mappings = static_cast<size_t>(std::count(std::istreambuf_iterator<char>(maps), {}, '\n'));
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  figures.resident_bytes = pages * kPageSize;
  return figures;
}

void ProcessFigures::expect_no_growth_until(const ProcessFigures& later) const {
  EXPECT_EQ(later.descriptors, descriptors);
  // Allocators have arenas, and stacks split into what was and what was not used.
  EXPECT_LE(later.mappings, mappings + 32);
#ifndef __SANITIZE_ADDRESS__  // which keeps freed memory, and finds leaks better than this
  EXPECT_LE(later.resident_bytes, resident_bytes + (size_t{32} << 20));
#endif
}

Seeds::Seeds(uint64_t usual, uint64_t soak) : first_(1), count_(getenv("BELLJAR_SOAK") ? soak : usual) {
  if (const char* rounds = getenv("BELLJAR_ROUNDS")) count_ = std::strtoull(rounds, nullptr, 10);
  if (const char* seed = getenv("BELLJAR_SEED")) {
    first_ = std::strtoull(seed, nullptr, 10);
    count_ = 1;
  }
}

bool Seeds::failed() { return ::testing::Test::HasFailure(); }

// In place: only the last one matters.
void Seeds::announce(uint64_t seed) {
  std::fprintf(stderr, "\rBELLJAR_SEED=%llu ", static_cast<unsigned long long>(seed));
}

void Seeds::announce_end() { std::fputs("\n", stderr); }

}  // namespace belljar::testing
