use super::wasm;
use crate::Made;
use crate::engine::{Target, compile};
use crate::gates::Imports;
use crate::module::{Module, Names};
use crate::silent::silent_loops;

const START: &str = r#"(module (memory 1) (table 1 funcref) (elem (i32.const 0) func $loads)
    (global $sp (export "__stack_pointer") (mut i32) (i32.const 65536))
    (func $loads (param i32) (result i32) (i32.load (local.get 0)))"#;

struct Found {
    /// In the WebAssembly, and in the machine code when no loads are added.
    silent: usize,
    deaf: usize,
    /// How many loops were given a load, and whether it took a second round.
    heeding: usize,
    again: bool,
}

/// What is found in `function`; none of its loops is deaf in the end.
fn find(function: &str) -> Found {
    let module = wasm(&format!(
        "{START} (func (export \"f\") (param $a i32) (param $n i32) (result i32) {function}))"
    ));
    let linked = Module::parse(&module).unwrap();
    let compiled = compile(&module, Target::V2).unwrap();
    let made = |target| Made::from(&linked, &Imports::parse("").unwrap(), target).unwrap();
    assert_eq!(made(Target::V3).deaf.len(), 0, "{function}");
    let made = made(Target::V2);
    assert_eq!(made.deaf.len(), 0, "{function}");
    Found {
        silent: silent_loops(&linked.bodies[1]).unwrap().into_iter().filter(|silent| *silent).count(),
        deaf: crate::loops::find(&compiled, &linked.names).unwrap().len(),
        heeding: made.lowered.heeding,
        again: !made.mended.is_empty(),
    }
}

/// How many deaf loops `function` has, by its WebAssembly and by its machine code alike.
fn deaf(function: &str) -> usize {
    let found = find(function);
    assert_eq!((found.silent, found.heeding, found.again), (found.deaf, found.deaf, false), "{function}");
    found.deaf
}

/// The usual frame: goes round while the counter is not zero.
fn counting(body: &str) -> String {
    format!(
        "(loop $again {body}
            (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.get $a)"
    )
}

const ADVANCE: &str = "(local.set $a (i32.add (local.get $a) (i32.const 4)))";
const LOAD: &str = "(local.set $a (i32.load (local.get $a)))";
const STORE: &str = "(i32.store (local.get $a) (local.get $n))";

#[test]
fn loops_that_access_memory_are_heard() {
    assert_eq!(deaf(&counting(LOAD)), 0);
    assert_eq!(deaf(&counting(&format!("{STORE} {ADVANCE}"))), 0);
    assert_eq!(deaf(&counting("(drop (i32.load8_u (local.get $n)))")), 0);
    assert_eq!(deaf(&counting("(v128.store (local.get $n) (i32x4.splat (local.get $n)))")), 0);
}

#[test]
fn endless_and_counting_loops_are_deaf() {
    assert_eq!(deaf("(loop $again (br $again)) (unreachable)"), 1);
    assert_eq!(deaf(&counting("(local.set $a (i32.mul (local.get $a) (i32.const 3)))")), 1);
}

#[test]
fn an_access_before_or_after_the_loop_does_not_count() {
    assert_eq!(deaf(&format!("{LOAD} {} {LOAD}", counting("(nop)"))), 1);
}

#[test]
fn every_way_round_must_access_memory() {
    let branches = |yes: &str, no: &str| {
        counting(&format!("(if (i32.and (local.get $n) (i32.const 1)) (then {yes}) (else {no}))"))
    };
    assert_eq!(deaf(&branches(LOAD, ADVANCE)), 1);
    assert_eq!(deaf(&branches(LOAD, STORE)), 0);
    let skipping = format!("(br_if $again (local.tee $n (i32.shr_u (local.get $n) (i32.const 1)))) {LOAD}");
    assert_eq!(deaf(&counting(&skipping)), 1);
    let leaving = format!("(if (i32.eq (local.get $n) (i32.const 9)) (then (return (local.get $n)))) {LOAD}");
    assert_eq!(deaf(&counting(&leaving)), 0);
}

#[test]
fn size_and_globals_are_not_memory() {
    assert_eq!(deaf(&counting("(local.set $a (i32.add (local.get $a) (memory.size)))")), 1);
    assert_eq!(deaf(&counting("(global.set $sp (i32.add (global.get $sp) (local.get $a)))")), 1);
}

#[test]
fn calls_do_not_count() {
    assert_eq!(deaf(&counting("(local.set $a (call $loads (local.get $a)))")), 1);
    let indirect = "(local.set $a (call_indirect (param i32) (result i32) (local.get $a) (i32.const 0)))";
    assert_eq!(deaf(&counting(indirect)), 1);
    assert_eq!(deaf(&counting("(local.set $a (memory.grow (i32.const 0)))")), 1);
}

/// The reason why the machine code is read: in WebAssembly each of these loops accesses memory.
#[test]
fn accesses_that_cranelift_removes_do_not_count() {
    let load = "(drop (i32.load (local.get $a)))";
    let waiting = "(local $seen i32) (local.set $seen (i32.load (local.get $a)))
        (loop $again (br_if $again (i32.eq (i32.load (local.get $a)) (local.get $seen)))) (local.get $a)";
    for function in [&format!("{load} {}", counting(load)), waiting] {
        let found = find(function);
        assert_eq!((found.silent, found.deaf, found.heeding, found.again), (0, 1, 1, true), "{function}");
    }
}

#[test]
fn loops_in_loops() {
    let nest = |outer: &str, inner: &str| {
        format!(
            "(local $i i32)
            (loop $outer {outer} (local.set $i (local.get $n))
              (loop $inner {inner}
                (br_if $inner (local.tee $i (i32.shr_u (local.get $i) (i32.const 1)))))
              (br_if $outer (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (local.get $a)"
        )
    };
    assert_eq!(deaf(&nest("", "")), 2);
    assert_eq!(deaf(&nest(LOAD, "")), 1);
    assert_eq!(deaf(&nest("", LOAD)), 0);
}

#[test]
fn jump_tables_are_followed() {
    let switch = |cases: usize, last: &str| {
        let blocks = "(block ".repeat(cases + 1);
        let targets: Vec<String> = (0..=cases).map(|n| n.to_string()).collect();
        let mut body = format!("(local $x i32) (loop $again {blocks}");
        body += &format!("(br_table {} (local.get $n)))", targets.join(" "));
        for case in 0..cases {
            body += &format!(
                "(local.set $a (i32.load offset={} (local.get $a)))
                (local.set $n (i32.xor (local.get $a) (i32.const {case})))
                (br_if $again (i32.ne (local.get $n) (i32.const 12345))) (return (local.get $a)))",
                case * 4
            );
        }
        body + &format!("{last} (br $again)) (unreachable)")
    };
    for cases in [3, 7, 200] {
        assert_eq!(deaf(&switch(cases, LOAD)), 0, "{cases}");
        assert_eq!(deaf(&switch(cases, ADVANCE)), 1, "{cases}");
    }
}

#[test]
fn recursion_is_no_loop() {
    let text = r#"(module (memory 1) (func $f (export "f") (param i32) (result i32)
        (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))))"#;
    let compiled = compile(&wasm(text), Target::V2).unwrap();
    assert!(crate::loops::find(&compiled, &Names::default()).unwrap().is_empty());
}

/// A frame of many pages is probed page by page, in a loop of Cranelift's own.
#[test]
fn stack_probes_are_no_loop() {
    let mut body = String::new();
    for slot in 0..6000 {
        body += &format!("(i64.load offset={} (local.get $a))", slot * 8);
    }
    body += "(drop (call $loads (local.get $a)))";
    body += &"i64.add ".repeat(5999);
    let function = format!("{body} i32.wrap_i64");
    let module =
        format!("{START} (func (export \"f\") (param $a i32) (param $n i32) (result i32) {function}))");
    let compiled = compile(&wasm(&module), Target::V2).unwrap();
    let text = compiled.text().unwrap();
    let code = &compiled.functions[1];
    let accesses = compiled.memory_accesses().unwrap();
    let blocks = crate::x86::blocks(text, code.start..code.end, &accesses).unwrap();
    assert!(blocks.iter().enumerate().any(|(n, b)| b.probes_stack && b.next.contains(&n)));
    assert!(crate::loops::find(&compiled, &Names::default()).unwrap().is_empty());
}
