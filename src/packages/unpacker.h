// Takes packages apart in a sandbox (unpack.py) and collects their files.
#ifndef BELLJAR_PACKAGES_UNPACKER_H_
#define BELLJAR_PACKAGES_UNPACKER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "belljar/runtime.h"
#include "fs/pack_writer.h"
#include "packages/image_builder.h"

namespace belljar::packages {

class Unpacker {
 public:
  /// Files go to `writer`, which outlives it.
  static Result<std::unique_ptr<Unpacker>> create(Runtime& runtime, const Runner& run, fs::PackWriter* writer);

  /// What marks the guest's Python among others: the environment of PEP 508.
  Result<Value> environment();

  /// One artefact. The answer is a map: `license`, `modules`, `findings`; what the guest says is a claim, its types are
  /// checked here. kInvalidArgument when the package cannot be used.
  Result<Value> unpack(const Value& package, std::string artifact);

 private:
  Unpacker(const Runner& run, fs::PackWriter* writer) : run_(run), writer_(writer) {}
  ToolResult put(const ToolCall& call);
  Status run_cell(std::string_view source);

  const Runner& run_;
  fs::PackWriter* const writer_;
  std::string artifact_;
  std::string refusal_;  // why a file was not taken
  std::unique_ptr<Session> session_;
};

}  // namespace belljar::packages

#endif  // BELLJAR_PACKAGES_UNPACKER_H_
