// Hands a slot's memory to Wasmtime as the linear memory of the instance being made on this thread.
#ifndef BELLJAR_ENGINE_MEMORY_CREATOR_H_
#define BELLJAR_ENGINE_MEMORY_CREATOR_H_

struct wasm_config_t;

namespace belljar::engine {

class Instance;

/// Installs the creator in an engine's configuration.
void install_memory_creator(wasm_config_t* config);

/// While one of these is alive, memories created on this thread belong to `instance`. Wasmtime's callback carries
/// nothing that tells instances apart.
class CreatingInstance {
 public:
  explicit CreatingInstance(Instance* instance);
  ~CreatingInstance();
  CreatingInstance(const CreatingInstance&) = delete;
  CreatingInstance& operator=(const CreatingInstance&) = delete;
};

}  // namespace belljar::engine

#endif  // BELLJAR_ENGINE_MEMORY_CREATOR_H_
