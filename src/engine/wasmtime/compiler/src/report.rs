//! What was made, for people: sizes, times, and every loop that touches no memory.

use std::fmt::Write;

use crate::Made;
use crate::loops::Loop;
use crate::module::{Module, Names, Result};
use crate::x86;

const PAGE: usize = 4096;
const LINES_PER_LOOP: usize = 24;

pub fn text(linked: &Module, memory: &[u8], made: &Made) -> Result<String> {
    let Made { lowered, compiled, mended, deaf } = made;
    let mut out = String::new();
    let mut line =
        |name: &str, value: String| writeln!(out, "{name:<36} {value:>12}").expect("a string grows");
    line("linked module, bytes", linked.bytes.len().to_string());
    line("lowered module, bytes", lowered.wasm.len().to_string());
    line("functions", linked.bodies.len().to_string());
    line("memory.copy lowered", lowered.copies.to_string());
    line("memory.fill lowered", lowered.fills.to_string());
    line("boot memory, bytes", memory.len().to_string());
    let filled = memory.chunks(PAGE).filter(|page| page.iter().any(|b| *b != 0)).count();
    line("boot memory, pages not zero", filled.to_string());
    line("compile time, s", format!("{:.1}", compiled.time.as_secs_f64()));
    line("compiled module, bytes", compiled.code.len().to_string());
    for (name, range) in compiled.sections()?.iter().filter(|(_, range)| !range.is_empty()) {
        line(&format!("  {name}"), range.len().to_string());
    }
    let code: u32 = compiled.functions.iter().map(|f| f.end - f.start).sum();
    line("  of .text, the guest's functions", code.to_string());
    line("places that access memory", compiled.memory_accesses()?.len().to_string());
    line("loops given a load", lowered.heeding.to_string());
    line("loops without an access", deaf.len().to_string());
    for function in mended {
        out += &format!("{}: every loop was given a load\n", linked.names.describe(*function));
    }
    for found in deaf {
        out += &describe(found, compiled.text()?, &linked.names);
    }
    Ok(out)
}

/// A loop with its machine code, cut short.
pub fn describe(found: &Loop, text: &[u8], names: &Names) -> String {
    let mut lines = Vec::new();
    for range in &found.code {
        lines.extend(x86::disassemble(text, range.clone(), LINES_PER_LOOP));
    }
    let cut = lines.len().saturating_sub(LINES_PER_LOOP);
    lines.truncate(LINES_PER_LOOP);
    if cut > 0 {
        lines.push("    ...".to_string());
    }
    format!("\n{}\n  {}\n", names.describe(found.function), lines.join("\n  "))
}
