// The guest's machine code, loaded in place and linked to its imports: once per Runtime, shared by all its sandboxes.
#ifndef BELLJAR_ENGINE_CODE_H_
#define BELLJAR_ENGINE_CODE_H_

#include <cstdint>
#include <memory>
#include <span>

#include "belljar/result.h"
#include "engine/import.h"

struct wasm_engine_t;
struct wasmtime_module;
struct wasmtime_instance_pre;

namespace belljar::engine {

class Code {
 public:
  /// `bytes`: a compiled guest at the start of a page, mapped readable (and executable, if `is_executable`) for as
  /// long as this object lives. Loading code is running it: the bytes must be known to be ours.
  /// `imports` must cover every import of the module and outlive the Code.
  ///
  /// The engine keeps a process-wide table of loaded code, in which the same bytes cannot stand twice: while a Code of
  /// these bytes lives, that one is returned.
  static Result<std::shared_ptr<const Code>> load(std::span<const uint8_t> bytes, bool is_executable,
                                            std::span<const Import> imports);
  ~Code();
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  wasm_engine_t* engine() const { return engine_; }
  const wasmtime_instance_pre* linked() const { return linked_; }

 private:
  Code() = default;
  Status link(std::span<const Import> imports);

  wasm_engine_t* engine_ = nullptr;
  wasmtime_module* module_ = nullptr;
  wasmtime_instance_pre* linked_ = nullptr;
};

/// The x86-64 level (2, 3) whose code this CPU runs; 1 when none of ours does.
int cpu_level();

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_CODE_H_
