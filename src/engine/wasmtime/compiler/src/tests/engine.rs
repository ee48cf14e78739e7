use wasmtime::{Config, Engine, Module as Code};

use super::wasm;
use crate::engine::{Target, compile, config};

#[path = "../../../refusal.rs"]
mod refusal;
use refusal::Refusal;

const GUEST: &str =
    r#"(module (memory 1) (func (export "f") (param i32) (result i32) (i32.popcnt (local.get 0))))"#;

/// Whether an engine with `config` takes `code`.
fn load(config: &Config, code: &[u8]) -> Result<(), Refusal> {
    let engine = Engine::new(config).unwrap();
    // SAFETY: bytes that Wasmtime made, or that it refuses before it uses them; never run.
    unsafe { Code::deserialize(&engine, code) }.map(drop).map_err(|e| Refusal::of(&e))
}

/// What the runtime is: the shared settings on some CPU, without a compiler's target.
fn runtime(cpu_has: fn(&str) -> Option<bool>) -> Config {
    let mut config = crate::settings::config();
    unsafe { config.detect_host_feature(cpu_has) };
    config
}

fn v2_cpu(feature: &str) -> Option<bool> {
    Some(["sse3", "ssse3", "sse4.1", "sse4.2", "popcnt"].contains(&feature))
}

#[test]
fn the_runtime_takes_what_the_compiler_makes() {
    let v2 = compile(&wasm(GUEST), Target::V2).unwrap().code;
    let v3 = compile(&wasm(GUEST), Target::V3).unwrap().code;
    assert_ne!(v2, v3);
    assert_eq!(load(&runtime(|_| Some(true)), &v3), Ok(()));
    assert_eq!(load(&runtime(|_| Some(true)), &v2), Ok(()));
}

/// Each build of this machine's own level and below loads here, by what the CPU itself says.
#[test]
fn the_level_is_one_that_loads() {
    let native = crate::settings::config();
    let code = |target| compile(&wasm(GUEST), target).unwrap().code;
    assert_eq!(load(&native, &code(Target::V2)).is_ok(), crate::cpu::level() >= 2);
    assert_eq!(load(&native, &code(Target::V3)).is_ok(), crate::cpu::level() >= 3);
}

#[test]
fn another_cpu_is_told_apart() {
    let v3 = compile(&wasm(GUEST), Target::V3).unwrap().code;
    assert_eq!(load(&bare(v2_cpu), &v3), Err(Refusal::WrongCpu));
    let v2 = compile(&wasm(GUEST), Target::V2).unwrap().code;
    assert_eq!(load(&bare(v2_cpu), &v2), Ok(()));
    assert_eq!(load(&bare(|_| Some(false)), &v2), Err(Refusal::WrongCpu));
}

/// As `runtime`, for a CPU that the engine's own compiler would not accept: no compiler, as in the product.
fn bare(cpu_has: fn(&str) -> Option<bool>) -> Config {
    let mut config = runtime(cpu_has);
    config.enable_compiler(false);
    config
}

#[test]
fn what_is_not_ours_is_told_apart() {
    let code = compile(&wasm(GUEST), Target::V2).unwrap().code;
    let native = bare(|_| Some(true));
    assert_eq!(
        load(&native, b"not a compiled guest at all, but long enough to be read as one"),
        Err(Refusal::NotOurs)
    );
    assert_eq!(load(&native, &code[..code.len() / 2]), Err(Refusal::NotOurs));
    assert_eq!(load(&native, b""), Err(Refusal::NotOurs));

    let mut epochs = config(Target::V2).unwrap();
    epochs.epoch_interruption(true);
    let other = Engine::new(&epochs).unwrap().precompile_module(&wasm(GUEST)).unwrap();
    assert_eq!(load(&native, &other), Err(Refusal::NotOurs));

    let mut version = config(Target::V2).unwrap();
    version.module_version(wasmtime::ModuleVersionStrategy::Custom("48.0.7".to_string())).unwrap();
    let other = Engine::new(&version).unwrap().precompile_module(&wasm(GUEST)).unwrap();
    assert_eq!(load(&native, &other), Err(Refusal::NotOurs));
}

#[test]
fn refusals_of_ours_and_of_the_system_are_told_apart() {
    let error = wasmtime::Error::from(std::io::Error::from_raw_os_error(13)).context("publishing");
    assert_eq!(Refusal::of(&error), Refusal::System);
    let error = wasmtime::Error::from(refusal::AlreadyLoaded).context("publishing");
    assert_eq!(Refusal::of(&error), Refusal::AlreadyLoaded);
}

#[test]
fn the_same_guest_compiles_to_the_same_bytes() {
    let code = || compile(&wasm(GUEST), Target::V2).unwrap().code;
    assert!(code() == code());
}

/// What the C header repeats, because C cannot read it from here.
#[test]
fn the_header_says_the_same() {
    let header = include_str!("../../../runtime/belljar_wasmtime.h");
    for line in [
        format!("#define BELLJAR_WASM_STACK ((size_t){} << 20)", crate::settings::MAX_WASM_STACK >> 20),
        format!("#define BELLJAR_NATIVE_STACK ((size_t){} << 20)", crate::settings::NATIVE_STACK >> 20),
        format!("BELLJAR_WRONG_CPU = {},", Refusal::WrongCpu as i32),
        format!("BELLJAR_NOT_OURS = {},", Refusal::NotOurs as i32),
        format!("BELLJAR_NO_SYSTEM = {},", Refusal::System as i32),
        format!("BELLJAR_IN_USE = {},", Refusal::AlreadyLoaded as i32),
    ] {
        assert!(header.contains(&line), "{line}");
    }
}
