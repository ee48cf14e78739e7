//! The one place where Wasmtime is configured. `runtime/` and `compiler/` both include this file, so the code that is
//! compiled and the engine that loads it cannot differ. Nothing is left at a default that matters: a default may change
//! with Wasmtime's version, and a difference is refused only when a module is loaded.

use wasmtime::{Config, Inlining, WasmBacktraceDetails, WasmFeatures};

/// Reserved address space per memory. Generated code has no bounds checks: a 32-bit address plus a 32-bit offset below
/// the guard's size always lands in reservation or guard.
pub const MEMORY_RESERVATION: u64 = 4 << 30;
pub const MEMORY_GUARD: u64 = 32 << 20;

/// How deep the guest may go on the native stack before it traps. The slot owns a larger stack (its size is
/// [`NATIVE_STACK`]): the rest is for the host functions that the guest calls.
pub const MAX_WASM_STACK: usize = 64 << 20;
pub const NATIVE_STACK: usize = 80 << 20;

/// What the guest is made of: WebAssembly 1.0 and what clang emits for it. Everything else is refused by the validator,
/// and the parts of Wasmtime behind it are never reached.
pub const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::SIMD);

/// Every setting that both sides share. The compiler adds target and optimisation, the runtime its code memory.
pub fn config() -> Config {
    let mut config = Config::new();
    config.wasm_features(WasmFeatures::all().difference(FEATURES), false);
    config.wasm_features(FEATURES, true);

    // Runaway guests are stopped by taking their pages away: no checks in the code.
    config.epoch_interruption(false);
    config.consume_fuel(false);
    config.signals_based_traps(true);

    // Memory comes from our own creator, already filled by mapping an image.
    config.memory_reservation(MEMORY_RESERVATION);
    config.memory_guard_size(MEMORY_GUARD);
    config.memory_reservation_for_growth(0);
    config.memory_may_move(false);
    config.guard_before_linear_memory(false);
    config.memory_init_cow(false);

    config.max_wasm_stack(MAX_WASM_STACK);
    config.async_stack_size(NATIVE_STACK);

    // A table is filled entry by entry at first use: an instance is made in microseconds.
    config.table_lazy_init(true);
    config.compiler_inlining(Inlining::No);
    config.relaxed_simd_deterministic(false);
    config.concurrency_support(false);
    config.gc_support(false);
    config.shared_memory(false);

    // A trap is reported by its kind, never by a stack of guest frames: no tables for that, no look at the environment.
    config.wasm_backtrace_max_frames(None);
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config.native_unwind_info(false);
    config.generate_address_map(false);
    config.debug_info(false);
    config.debug_symbols(false);
    config
}
