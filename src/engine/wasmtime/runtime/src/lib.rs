//! Wasmtime's C API as a static library, plus the three things belljar needs that the C API lacks: our settings, code
//! used in place, and a refusal the caller can tell apart. Documented for callers in `belljar_wasmtime.h`.
//!
//! A panic is a broken invariant of Wasmtime or of this file. The crate is built with `panic = "abort"`, so nothing ever
//! unwinds into C++; everything that input can cause is returned as an error.

use std::collections::BTreeMap;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::{Config, CustomCodeMemory, Engine, Error, Module};
// Exported as a whole: this is what puts the C API into the archive.
pub use wasmtime_c_api::*;

#[allow(dead_code, reason = "the compiler asks for the features of each level")]
#[path = "../../cpu.rs"]
mod cpu;
#[path = "../../refusal.rs"]
mod refusal;
#[allow(dead_code, reason = "the compiler validates against the features")]
#[path = "../../settings.rs"]
mod settings;

use refusal::{AlreadyLoaded, Refusal};

const PAGE: usize = 4096;

// The C API's handles are plain wrappers. It offers no way in, so this file casts; a version whose wrappers hold more
// than that does not compile.
const _: () = assert!(size_of::<wasm_config_t>() == size_of::<Config>());
const _: () = assert!(align_of::<wasm_config_t>() == align_of::<Config>());
const _: () = assert!(size_of::<wasm_engine_t>() == size_of::<Engine>());
const _: () = assert!(align_of::<wasm_engine_t>() == align_of::<Engine>());
const _: () = assert!(size_of::<wasmtime_module_t>() == size_of::<Module>());
const _: () = assert!(align_of::<wasmtime_module_t>() == align_of::<Module>());

/// Code that lies in memory of the caller's. Wasmtime writes nothing to it; all it asks for is execution.
struct InPlace {
    is_executable: bool,
}

/// How often the code at an address is in use. Wasmtime keeps such a list for its signal handler, and one entry too many
/// would end the process. A failed publication is followed by an unpublication as well: the counts come out even.
static IN_USE: Mutex<BTreeMap<usize, u32>> = Mutex::new(BTreeMap::new());

impl CustomCodeMemory for InPlace {
    fn required_alignment(&self) -> usize {
        PAGE
    }

    fn publish_executable(&self, text: *const u8, len: usize) -> wasmtime::Result<()> {
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        let users = in_use.entry(text.addr()).or_insert(0);
        *users += 1;
        if *users > 1 {
            return Err(AlreadyLoaded.into());
        }
        // A jail forbids new executable mappings: where the code is executable already, nothing is asked of the kernel.
        if self.is_executable {
            return Ok(());
        }
        let pages = len.next_multiple_of(PAGE);
        let rights = libc::PROT_READ | libc::PROT_EXEC;
        // SAFETY: the caller of belljar_module_load owns the pages and lets nothing else write to them.
        match unsafe { libc::mprotect(text.cast_mut().cast(), pages, rights) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error().into()),
        }
    }

    // The memory is the caller's, who unmaps it: it never becomes writable again.
    fn unpublish_executable(&self, text: *const u8, _len: usize) -> wasmtime::Result<()> {
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(users) = in_use.get_mut(&text.addr()) {
            *users -= 1;
        }
        in_use.retain(|_, users| *users > 0);
        Ok(())
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn belljar_config_new(code_is_executable: bool) -> *mut wasm_config_t {
    let mut config = settings::config();
    config.with_custom_code_memory(Some(Arc::new(InPlace { is_executable: code_is_executable })));
    Box::into_raw(Box::new(config)).cast()
}

#[unsafe(no_mangle)]
pub extern "C" fn belljar_cpu_level() -> i32 {
    cpu::level()
}

/// # Safety
/// As `belljar_wasmtime.h` says: `code` is `len` readable bytes that stay as they are while the module lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_module_load(
    engine: *const wasm_engine_t,
    code: *const u8,
    len: usize,
    module: *mut *mut wasmtime_module_t,
    error: *mut *mut wasmtime_error_t,
) -> i32 {
    // SAFETY: wasm_engine_t is a transparent wrapper (asserted above).
    let engine = unsafe { &*engine.cast::<Engine>() };
    // SAFETY: passed on to the caller.
    match unsafe { load(engine, code, len) } {
        Ok(loaded) => {
            unsafe { *module = Box::into_raw(Box::new(loaded)).cast() };
            0
        }
        Err(e) => {
            // On one line, which the C API does not offer.
            let message = Error::msg(format!("{e:#}"));
            unsafe { *error = Box::into_raw(Box::new(wasmtime_error_t::from(message))) };
            Refusal::of(&e) as i32
        }
    }
}

unsafe fn load(engine: &Engine, code: *const u8, len: usize) -> wasmtime::Result<Module> {
    let start = NonNull::new(code.cast_mut()).filter(|p| p.addr().get() % PAGE == 0);
    // Wasmtime asserts the alignment, which would end the process.
    let Some(start) = start else {
        return Err(Error::msg("the compiled guest is not at the start of a page"));
    };
    // SAFETY: passed on to the caller.
    unsafe { Module::deserialize_raw(engine, NonNull::slice_from_raw_parts(start, len)) }
}
