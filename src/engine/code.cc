#include "engine/code.h"

#include <belljar_wasmtime.h>
#include <wasm.h>
#include <wasmtime.h>

#include <map>
#include <mutex>
#include <string>

#include "engine/instance.h"
#include "engine/memory_creator.h"

namespace belljar::engine {
namespace {

Error take_error(wasmtime_error_t* error, ErrorCode code, const char* what, const char* hint) {
  wasm_name_t text;
  wasmtime_error_message(error, &text);
  Error result{code, std::string(what) + ": " + std::string(text.data, text.size), hint};
  wasm_byte_vec_delete(&text);
  wasmtime_error_delete(error);
  return result;
}

wasm_trap_t* new_trap(const char* message) { return wasmtime_trap_new(message, __builtin_strlen(message)); }

// Every call out of the guest comes through here. The gate keeps host code off memory that the watchdog is taking away.
wasm_trap_t* call_import(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, size_t) {
  static_assert(sizeof(Value) == sizeof(wasmtime_val_raw_t) && alignof(Value) == alignof(wasmtime_val_raw_t));
  const Import* import = static_cast<const Import*>(env);
  auto* instance = static_cast<Instance*>(wasmtime_context_get_data(wasmtime_caller_context(caller)));
  if (!instance->gate().enter_host()) return new_trap("stopped");
  const Slot& slot = instance->slot();
  const Outcome outcome = import->function(instance->context(), GuestMemory(slot.memory(), slot.size()),
                                           reinterpret_cast<Value*>(values));
  if (!instance->gate().leave_host()) return new_trap("stopped");
  if (outcome == Outcome::kTrap) {
    instance->set_host_trap();
    return new_trap("ended by the host");
  }
  return nullptr;
}

wasm_functype_t* make_type(std::string_view signature) {
  wasm_valtype_vec_t lists[2];
  const size_t arrow = signature.find('>');
  const std::string_view sides[2] = {signature.substr(0, arrow), signature.substr(arrow + 1)};
  for (int side = 0; side < 2; side++) {
    wasm_valtype_vec_new_uninitialized(&lists[side], sides[side].size());
    for (size_t i = 0; i < sides[side].size(); i++) {
      lists[side].data[i] = wasm_valtype_new(sides[side][i] == 'I' ? WASM_I64 : WASM_I32);
    }
  }
  return wasm_functype_new(&lists[0], &lists[1]);
}

}  // namespace

Result<std::shared_ptr<const Code>> Code::load(std::span<const uint8_t> bytes, bool is_executable,
                                               std::span<const Import> imports) {
  static std::mutex mutex;
  static std::map<const uint8_t*, std::weak_ptr<const Code>> loaded;
  std::lock_guard lock(mutex);
  if (std::shared_ptr<const Code> known = loaded[bytes.data()].lock()) return known;

  std::shared_ptr<Code> code(new Code());
  wasm_config_t* config = belljar_config_new(is_executable);
  install_memory_creator(config);
  code->engine_ = wasm_engine_new_with_config(config);
  if (!code->engine_) return Error{ErrorCode::kInternal, "cannot make the WebAssembly engine", ""};

  wasmtime_error_t* error = nullptr;
  switch (belljar_module_load(code->engine_, bytes.data(), bytes.size(), &code->module_, &error)) {
    case BELLJAR_LOADED: break;
    case BELLJAR_WRONG_CPU:
      return take_error(error, ErrorCode::kUnsupported, "this CPU cannot run belljar's code",
                        "belljar needs an x86-64 CPU of level v2 or later (2009)");
    case BELLJAR_NO_SYSTEM:
      return take_error(error, ErrorCode::kUnsupported, "the system does not let belljar's code be executable",
                        "check SELinux's execmem rules or the seccomp filter");
    case BELLJAR_IN_USE:
      return take_error(error, ErrorCode::kInternal, "belljar's code is loaded already", "share one Runtime");
    case BELLJAR_NOT_OURS:
      return take_error(error, ErrorCode::kCorrupt, "belljar's code is damaged or of another build",
                        "install belljar again");
  }
  BELLJAR_TRY(code->link(imports));
  loaded[bytes.data()] = code;
  return std::shared_ptr<const Code>(std::move(code));
}

Status Code::link(std::span<const Import> imports) {
  wasmtime_linker_t* linker = wasmtime_linker_new(engine_);
  wasmtime_error_t* error = nullptr;
  for (const Import& import : imports) {
    wasm_functype_t* type = make_type(import.signature);
    error = wasmtime_linker_define_func_unchecked(linker, import.module.data(), import.module.size(),
                                                  import.name.data(), import.name.size(), type, call_import,
                                                  const_cast<Import*>(&import), nullptr);
    wasm_functype_delete(type);
    if (error) break;
  }
  if (!error) error = wasmtime_linker_instantiate_pre(linker, module_, &linked_);
  wasmtime_linker_delete(linker);
  if (error) {
    return take_error(error, ErrorCode::kCorrupt, "belljar's code does not fit this host", "install belljar again");
  }
  return Ok{};
}

Code::~Code() {
  if (linked_) wasmtime_instance_pre_delete(linked_);
  if (module_) wasmtime_module_delete(module_);
  if (engine_) wasm_engine_delete(engine_);
}

int cpu_level() { return belljar_cpu_level(); }

}  // namespace belljar::engine
