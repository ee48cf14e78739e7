use super::{lowered, wasm};
use crate::gates::{Imports, validate, violations};
use crate::memory::boot_memory;
use crate::module::Module;
use crate::settings;

fn check(text: &str) -> Vec<String> {
    let imports = Imports::parse("# comment\n\nwasi fd_write  # and why\n").unwrap();
    violations(&Module::parse(&wasm(text)).unwrap(), &imports).unwrap()
}

/// The module has exactly one fault, and the message names it.
fn refused(text: &str, because: &str) {
    let found = check(text);
    assert!(found.len() == 1 && found[0].contains(because), "expected {because:?}, found {found:?}");
}

#[test]
fn a_plain_guest_passes() {
    let text = r#"(module (import "wasi" "fd_write" (func (param i32) (result i32)))
        (memory 1) (table 2 2 funcref) (elem (i32.const 0) func $f $f)
        (global (export "__stack_pointer") (mut i32) (i32.const 65536)) (global i32 (i32.const 7))
        (func $f (export "f") (drop (memory.grow (i32.const 1)))))"#;
    assert_eq!(check(text), Vec::<String>::new());
    validate(&wasm(text), settings::FEATURES).unwrap();
}

#[test]
fn imports_are_on_the_list() {
    refused(r#"(module (import "wasi" "proc_exec" (func)) (memory 1))"#, "wasi.proc_exec is not in the list");
    refused(r#"(module (import "other" "fd_write" (func)) (memory 1))"#, "other.fd_write is not in the list");
    refused(
        r#"(module (import "wasi" "fd_write" (global i32)) (memory 1))"#,
        "wasi.fd_write is not a function",
    );
    assert!(Imports::parse("three words here").is_err());
}

#[test]
fn state_is_the_memory_and_the_stack_pointer() {
    refused("(module (memory 1) (global (mut i32) (i32.const 0)))", "global 0 is mutable");
    refused(r#"(module (memory 1) (global (export "x") (mut i64) (i64.const 0)))"#, "global 0 is mutable");
    refused("(module)", "0 memories");
    refused("(module (memory 1) (memory 1))", "2 memories");
    refused("(module (memory i64 1))", "not a plain 32-bit memory");
    refused("(module (memory 1 2 shared))", "not a plain 32-bit memory");
    refused("(module (memory 0))", "the stack does not lie in the initial memory");
    refused(
        r#"(module (memory 1) (global (export "__stack_pointer") (mut i32) (i32.const 65540)))"#,
        "the stack does not lie in the initial memory",
    );
    refused("(module (memory 1) (table 1 funcref) (table 1 funcref))", "2 tables");
    refused("(module (memory 1) (func $main) (start $main))", "start section runs function 0 (main)");
}

#[test]
fn segments_are_active_and_hold_functions() {
    refused(
        "(module (memory 1) (table 1 funcref) (func $f) (elem func $f))",
        "element segment 0 is not active",
    );
    refused("(module (memory 1) (func $f) (elem declare func $f))", "element segment 0 is not active");
    refused(
        "(module (memory 1) (table 1 funcref) (elem (i32.const 0) funcref (ref.null func)))",
        "expressions",
    );
}

#[test]
fn instructions_that_change_hidden_state() {
    let body = |instructions: &str| {
        format!(
            r#"(module (memory 1) (table 1 funcref) (elem $e (i32.const 0) func $f) (data $d (i32.const 0) "x")
            (func $f {instructions}))"#
        )
    };
    let three = "(i32.const 0) (i32.const 0) (i32.const 0)";
    for (instruction, text) in [
        ("memory.init", format!("(memory.init $d {three})")),
        ("data.drop", "(data.drop $d)".to_string()),
        ("elem.drop", "(elem.drop $e)".to_string()),
        ("table.init", format!("(table.init $e {three})")),
        ("table.copy", format!("(table.copy {three})")),
        ("table.set", "(table.set (i32.const 0) (ref.null func))".to_string()),
        ("table.get", "(drop (table.get (i32.const 0)))".to_string()),
        ("table.grow", "(drop (table.grow (ref.null func) (i32.const 0)))".to_string()),
        ("table.fill", "(table.fill (i32.const 0) (ref.null func) (i32.const 0))".to_string()),
        ("memory.copy", format!("(memory.copy {three})")),
        ("memory.fill", format!("(memory.fill {three})")),
    ] {
        refused(&body(&text), &format!("function 0 (f) uses {instruction}"));
    }
}

#[test]
fn only_the_engine_s_features_are_valid() {
    for text in [
        "(module (func $f (return_call $f)))",
        "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
        "(module (func (drop (ref.null func))))",
        "(module (memory i64 1))",
        "(module (memory 1) (memory 1))",
        "(module (memory 1 1 shared))",
        "(module (tag) (func (throw 0)))",
        "(module (type (struct)))",
        "(module (global i32 (i32.add (i32.const 1) (i32.const 1))))",
        "(module (func (param v128) (result v128)
            (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))",
    ] {
        assert!(validate(&wasm(text), settings::FEATURES).is_err(), "{text}");
    }
    let used = "(module (func (param f32 v128) (result i32 i32)
        (i32.extend8_s (i32.trunc_sat_f32_s (local.get 0))) (i8x16.bitmask (local.get 1))))";
    validate(&wasm(used), settings::FEATURES).unwrap();
}

#[test]
fn the_boot_memory_holds_the_data() {
    let memory = |text: &str| boot_memory(&Module::parse(&wasm(text)).unwrap());
    let bytes =
        memory(r#"(module (memory 1) (data (i32.const 5) "abc") (data (i32.const 65535) "z"))"#).unwrap();
    assert_eq!((bytes.len(), &bytes[4..9], bytes[65535]), (65536, &b"\0abc\0"[..], b'z'));
    let fails = |text: &str, because: &str| {
        let error = memory(text).unwrap_err();
        assert!(error.contains(because), "{error}");
    };
    fails(r#"(module (memory 1) (data "passive"))"#, "data segment 0 is not active");
    fails(r#"(module (memory 1) (data (i32.const 65535) "zz"))"#, "beyond the initial memory");
    fails(r#"(module (memory 1) (data (i32.const -1) "zz"))"#, "beyond the initial memory");
    fails(
        r#"(module (import "a" "b" (global i32)) (memory 1) (data (global.get 0) "z"))"#,
        "does not start at a constant",
    );
    let stripped = lowered(r#"(module (memory 1) (data (i32.const 0) "abc") (@custom "x" "y"))"#).unwrap();
    assert!(Module::parse(&stripped).unwrap().data.is_empty());
}

#[test]
fn what_is_no_module_is_an_error() {
    for bytes in [&b""[..], b"\0asm", b"not wasm at all", &wasm("(module (memory 1))")[..10]] {
        assert!(Module::parse(bytes).is_err());
    }
}
