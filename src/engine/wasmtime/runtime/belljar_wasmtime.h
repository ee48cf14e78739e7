/* What libbelljar_wasmtime.a offers beyond Wasmtime's C API. No function prints, and none keeps a pointer it is not said
 * to keep. A broken invariant inside Wasmtime ends the process; whatever input can cause is returned. */
#ifndef BELLJAR_WASMTIME_H_
#define BELLJAR_WASMTIME_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wasm.h>
#include <wasmtime.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A configuration with every setting that compiled guests rely on: never change one of those afterwards, the guest
 * would not load. What remains to be set is the memory creator. Generated code has no bounds checks: a memory must have
 * exactly the reservation (4 GiB) and the guard (32 MiB) that the creator is asked for.
 *
 * `code_is_executable`: every module of this engine lies in memory that is mapped readable and executable already (a
 * section of the executable, a file mapped with PROT_EXEC), and loading asks the kernel for nothing. Otherwise loading
 * makes the pages of its code readable and executable with mprotect. */
wasm_config_t *belljar_config_new(bool code_is_executable);

/* The native stack a slot needs: the guest may use 64 MiB of it before it traps, the rest is for the host functions it
 * calls. */
#define BELLJAR_WASM_STACK ((size_t)64 << 20)
#define BELLJAR_NATIVE_STACK ((size_t)80 << 20)

/* The x86-64 level whose compiled guest runs on this CPU: 3, 2, or 1 when none of ours does. */
int32_t belljar_cpu_level(void);

typedef enum belljar_load {
  BELLJAR_LOADED = 0,
  BELLJAR_WRONG_CPU = 1, /* the code needs instructions that this CPU lacks, or another architecture */
  BELLJAR_NOT_OURS = 2,  /* not a compiled guest, damaged, or of another version or other settings */
  BELLJAR_NO_SYSTEM = 3, /* the operating system refused to make the code executable */
  BELLJAR_IN_USE = 4,    /* a module of this process runs from the same bytes: share it, or map them again */
} belljar_load_t;

/* Loads a compiled guest in place. `code` is the start of a page and holds `len` bytes that must stay mapped and
 * unchanged as long as the module, or any instance of it, lives; whole pages are made executable, so none of them may be
 * shared with anything writable. Loading code is running code: the bytes must be known to be ours.
 *
 * On BELLJAR_LOADED `*module` is set (free it with wasmtime_module_delete); otherwise `*error` is (free it with
 * wasmtime_error_delete). */
belljar_load_t belljar_module_load(const wasm_engine_t *engine, const uint8_t *code, size_t len,
                                   wasmtime_module_t **module, wasmtime_error_t **error);

#ifdef __cplusplus
}
#endif

#endif /* BELLJAR_WASMTIME_H_ */
