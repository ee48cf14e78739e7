#include "engine/instance.h"

#include <wasm.h>
#include <wasmtime.h>

#include <cstring>

#include "engine/memory_creator.h"

namespace belljar::engine {

struct Instance::Handles {
  ~Handles() {
    if (store) wasmtime_store_delete(store);
  }

  Result<wasmtime_func_t> function(const char* name) {
    wasmtime_extern_t item;
    if (!wasmtime_instance_export_get(context, &instance, name, std::strlen(name), &item) ||
        item.kind != WASMTIME_EXTERN_FUNC) {
      return Error{ErrorCode::kCorrupt, std::string("the guest does not export ") + name, "install belljar again"};
    }
    return item.of.func;
  }

  wasmtime_store_t* store = nullptr;
  wasmtime_context_t* context = nullptr;
  wasmtime_instance_t instance;
  wasmtime_func_t functions[2];
  wasmtime_global_t stack_pointer;
};

Instance::Instance(Slot& slot, Stack& stack, Gate& gate)
    : slot_(slot), stack_(stack), gate_(gate), handles_(new Handles()), memory_size_(slot.size()) {}

Instance::~Instance() = default;

Result<std::unique_ptr<Instance>> Instance::create(const Code& code, Slot& slot, Stack& stack, Gate& gate) {
  std::unique_ptr<Instance> instance(new Instance(slot, stack, gate));
  Handles& h = *instance->handles_;
  h.store = wasmtime_store_new(code.engine(), instance.get(), nullptr);
  h.context = wasmtime_store_context(h.store);
  wasm_trap_t* trap = nullptr;
  wasmtime_error_t* error;
  {
    CreatingInstance creating(instance.get());
    error = wasmtime_instance_pre_instantiate(code.linked(), h.context, &h.instance, &trap);
  }
  if (error) wasmtime_error_delete(error);
  if (trap) wasm_trap_delete(trap);
  if (error || trap) return Error{ErrorCode::kInternal, "cannot make a guest instance", ""};

  h.functions[static_cast<int>(Function::kRun)] = BELLJAR_TRY(h.function("bj_run"));
  h.functions[static_cast<int>(Function::kBuffer)] = BELLJAR_TRY(h.function("bj_buffer"));
  wasmtime_extern_t item;
  if (!wasmtime_instance_export_get(h.context, &h.instance, "__stack_pointer", 15, &item) ||
      item.kind != WASMTIME_EXTERN_GLOBAL) {
    return Error{ErrorCode::kCorrupt, "the guest does not export __stack_pointer", "install belljar again"};
  }
  h.stack_pointer = item.of.global;
  return instance;
}

namespace {

// Wasmtime's own words carry addresses and advice for people who write WebAssembly.
const char* describe(wasmtime_trap_code_t code) {
  switch (code) {
    case WASMTIME_TRAP_CODE_STACK_OVERFLOW: return "the stack overflowed";
    case WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS: return "an access outside of its memory";
    case WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED: return "it gave up (abort)";
    case WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS:
    case WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL:
    case WASMTIME_TRAP_CODE_BAD_SIGNATURE: return "a call through a damaged pointer";
    case WASMTIME_TRAP_CODE_INTEGER_OVERFLOW:
    case WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO:
    case WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER: return "an impossible arithmetic operation";
    default: return "";
  }
}

CallResult call_function(Stack& stack, wasmtime_context_t* context, const wasmtime_func_t& function,
                         wasmtime_val_raw_t* values, size_t count, const bool& host_trap) {
  wasm_trap_t* trap = nullptr;
  wasmtime_error_t* error = nullptr;
  stack.run([&] { error = wasmtime_func_call_unchecked(context, &function, values, count, &trap); });
  if (!trap && !error) return {CallResult::kReturned, values[0].i32};

  CallResult result{host_trap ? CallResult::kHostTrap : CallResult::kTrapped};
  if (trap) {
    wasmtime_trap_code_t code;
    if (wasmtime_trap_code(trap, &code)) {
      result.stack_overflow = code == WASMTIME_TRAP_CODE_STACK_OVERFLOW;
      result.reason = describe(code);
    }
    wasm_trap_delete(trap);
  }
  if (error) {
    wasmtime_error_delete(error);
  }
  return result;
}

}  // namespace

CallResult Instance::call(Function function, std::initializer_list<int32_t> arguments) {
  wasmtime_val_raw_t values[4] = {};
  size_t count = 0;
  for (int32_t argument : arguments) values[count++].i32 = argument;
  host_trap_ = false;
  CallResult result = call_function(stack_, handles_->context, handles_->functions[static_cast<int>(function)],
                                    values, count > 0 ? count : 1, host_trap_);
  torn_ = torn_ || result.kind != CallResult::kReturned;
  return result;
}

Result<CallResult> Instance::call_export(const char* name) {
  wasmtime_func_t function = BELLJAR_TRY(handles_->function(name));
  wasmtime_val_raw_t value{};
  host_trap_ = false;
  CallResult result = call_function(stack_, handles_->context, function, &value, 1, host_trap_);
  torn_ = torn_ || result.kind != CallResult::kReturned;
  return result;
}

std::optional<uint32_t> Instance::stack_pointer() const {
  wasmtime_val_t value;
  wasmtime_global_get(handles_->context, &handles_->stack_pointer, &value);
  if (value.kind != WASMTIME_I32) return std::nullopt;
  return static_cast<uint32_t>(value.of.i32);
}

bool Instance::is_clean(uint32_t idle_stack_pointer) const {
  return !torn_ && stack_pointer() == idle_stack_pointer;
}

bool Instance::grow(uint64_t new_size) {
  if (new_size > memory_limit_ || new_size > kReservation || !slot_.grow(new_size)) {
    growth_denied_ = true;
    return false;
  }
  memory_size_ = new_size;
  return true;
}

}  // namespace belljar::engine
