//! Why a compiled guest was not loaded.

use wasmtime::Error;

/// The values of `belljar_load_t` in `belljar_wasmtime.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Refusal {
    /// The code uses instructions that this CPU lacks, or is for another architecture.
    WrongCpu = 1,
    /// Not a compiled guest, damaged, or of another version or other settings.
    NotOurs = 2,
    /// The operating system did not let the code become executable.
    System = 3,
}

impl Refusal {
    /// Wasmtime has one error type without codes, so this reads its words. They are pinned with its exact version, and
    /// the compiler's tests make each of these errors.
    pub fn of(error: &Error) -> Self {
        if error.is::<std::io::Error>() {
            return Self::System;
        }
        let says = |words: &str| error.chain().any(|cause| cause.to_string().contains(words));
        if says("is enabled, but not available on the host") || says("was compiled for architecture") {
            return Self::WrongCpu;
        }
        Self::NotOurs
    }
}
