#include "engine/memory_creator.h"

#include <wasm.h>
#include <wasmtime.h>

#include "engine/instance.h"
#include "image/slot.h"

namespace belljar::engine {
namespace {

thread_local Instance* creating = nullptr;

uint8_t* get_memory(void* env, size_t* size, size_t* capacity) {
  Slot& slot = static_cast<Instance*>(env)->slot();
  *size = slot.size();
  *capacity = kReservation;
  return slot.memory();
}

wasmtime_error_t* grow_memory(void* env, size_t new_size) {
  // Wasmtime turns any error into memory.grow's -1.
  return static_cast<Instance*>(env)->grow(new_size) ? nullptr : wasmtime_error_new("limit");
}

wasmtime_error_t* new_memory(void*, const wasm_memorytype_t*, size_t minimum, size_t,
                             size_t reserved_size, size_t guard_size, wasmtime_linear_memory_t* out) {
  // The generated code relies on exactly this much address space: anything else would be a hole in the wall.
  if (!creating || reserved_size != kReservation || guard_size != kGuard || minimum > creating->slot().size()) {
    return wasmtime_error_new("a linear memory that no slot was made for");
  }
  out->env = creating;
  out->get_memory = get_memory;
  out->grow_memory = grow_memory;
  out->finalizer = [](void*) {};  // the slot outlives the instance
  return nullptr;
}

}  // namespace

void install_memory_creator(wasm_config_t* config) {
  wasmtime_memory_creator_t creator{nullptr, new_memory, nullptr};
  wasmtime_config_host_memory_creator_set(config, &creator);
}

CreatingInstance::CreatingInstance(Instance* instance) { creating = instance; }
CreatingInstance::~CreatingInstance() { creating = nullptr; }

}  // namespace belljar::engine
