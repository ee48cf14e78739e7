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
    /// A module in this process runs from the same bytes.
    AlreadyLoaded = 4,
}

#[derive(Debug)]
pub struct AlreadyLoaded;

impl std::fmt::Display for AlreadyLoaded {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(
            "the compiled guest is in use by another module of this process: share it, or map it again",
        )
    }
}

impl std::error::Error for AlreadyLoaded {}

impl Refusal {
    /// Wasmtime has one error type without codes, so this reads its words. They are pinned with its exact version, and
    /// the compiler's tests make each of these errors.
    pub fn of(error: &Error) -> Self {
        if error.is::<std::io::Error>() {
            return Self::System;
        }
        if error.is::<AlreadyLoaded>() {
            return Self::AlreadyLoaded;
        }
        let says = |words: &str| error.chain().any(|cause| cause.to_string().contains(words));
        if says("is enabled, but not available on the host") || says("was compiled for architecture") {
            return Self::WrongCpu;
        }
        Self::NotOurs
    }
}
