//! Small modules, written by hand, through the whole tool or a part of it.

mod engine;
mod gates;
mod loops;
mod lower;

use std::collections::BTreeSet;

use crate::module::Module;

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|e| panic!("{e}"))
}

/// The module without bulk memory and data.
fn lowered(text: &str) -> Result<Vec<u8>, String> {
    let bytes = wasm(text);
    crate::lower::lower(&Module::parse(&bytes)?, &BTreeSet::new()).map(|l| l.wasm)
}
