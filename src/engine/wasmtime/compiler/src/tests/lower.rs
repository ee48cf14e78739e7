use wasmtime::{Config, Engine, Instance, Module as Code, Store};

use super::{lowered, wasm};
use crate::engine::{Target, config};
use crate::gates::validate;
use crate::settings;

/// Byte by byte, and without bulk memory themselves.
const LIBC: &str = r#"
    (func $memmove (export "memmove") (param $d i32) (param $s i32) (param $n i32) (result i32)
        (local $i i32)
        (if (i32.lt_u (local.get $d) (local.get $s))
          (then (block $done (loop $up
            (br_if $done (i32.eq (local.get $i) (local.get $n)))
            (i32.store8 (i32.add (local.get $d) (local.get $i))
                        (i32.load8_u (i32.add (local.get $s) (local.get $i))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $up))))
          (else (block $done (loop $down
            (br_if $done (i32.eqz (local.get $n)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (i32.store8 (i32.add (local.get $d) (local.get $n))
                        (i32.load8_u (i32.add (local.get $s) (local.get $n))))
            (br $down)))))
        (local.get $d))
    (func $memset (param $d i32) (param $c i32) (param $n i32) (result i32)
        (block $done (loop $next
            (br_if $done (i32.eqz (local.get $n)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (i32.store8 (i32.add (local.get $d) (local.get $n)) (local.get $c))
            (br $next)))
        (local.get $d))"#;

const BULK: &str = r#"
    (func (export "copy") (param i32 i32 i32) (result i32)
        (memory.copy (local.get 0) (local.get 1) (local.get 2)) (i32.const 77))
    (func (export "fill") (param i32 i32 i32) (result i32)
        (i32.const 77) (memory.fill (local.get 0) (local.get 1) (local.get 2)))"#;

/// What the memory holds after a few copies and fills.
fn run(engine: &Engine, wasm: &[u8]) -> Vec<u8> {
    let code = Code::new(engine, wasm).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &code, &[]).unwrap();
    let memory = instance.get_memory(&mut store, "memory").unwrap();
    for (index, byte) in memory.data_mut(&mut store)[..256].iter_mut().enumerate() {
        *byte = index as u8;
    }
    let mut call = |name: &str, arguments: (i32, i32, i32)| {
        let function = instance.get_typed_func::<(i32, i32, i32), i32>(&mut store, name).unwrap();
        assert_eq!(function.call(&mut store, arguments).unwrap(), 77);
    };
    call("copy", (10, 14, 20));
    call("copy", (104, 100, 20));
    call("copy", (50, 50, 9));
    call("copy", (300, 0, 0));
    call("fill", (200, 0x1ab, 30));
    call("fill", (400, 5, 0));
    memory.data(&store).to_vec()
}

#[test]
fn calls_do_what_the_instructions_did() {
    let text = format!(r#"(module (memory (export "memory") 1) {LIBC} {BULK})"#);
    let after = lowered(&text).unwrap();
    validate(&after, settings::FEATURES).unwrap();
    let before = run(&Engine::new(Config::new().wasm_bulk_memory(true)).unwrap(), &wasm(&text));
    assert_eq!(before, run(&Engine::new(&config(Target::V2).unwrap()).unwrap(), &after));
    assert_eq!((before[10], before[104], before[123], before[229]), (14, 100, 119, 0xab));
}

fn refused(text: &str, because: &str) {
    let error = lowered(text).unwrap_err();
    assert!(error.contains(because), "{error}");
}

#[test]
fn a_replacement_must_exist_and_fit() {
    refused(&format!("(module (memory 1) {BULK})"), "no function `memmove`");
    refused(
        &format!(r#"(module (memory 1) (func $memmove (param i32 i32 i32)) {BULK})"#),
        "`memmove` must take three i32 and return one",
    );
}

#[test]
fn a_replacement_must_not_come_back_to_itself() {
    let memmove = |body: &str| {
        format!(
            "(module (memory 1)
            (func $memmove (param i32 i32 i32) (result i32) {body} (i32.const 0))
            (func $memcpy (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))))"
        )
    };
    refused(
        &memmove("(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))"),
        "function 0 (memmove) uses bulk",
    );
    refused(&memmove("(call $memcpy)"), "function 1 (memcpy) uses bulk memory");
}

#[test]
fn nothing_is_needed_of_a_guest_without_bulk_memory() {
    lowered("(module (memory 1) (func (param i32) (result i32) (local.get 0)))").unwrap();
}
