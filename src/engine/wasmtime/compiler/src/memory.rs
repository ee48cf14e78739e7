//! The boot memory: the module's initial memory with its active data segments in place. The host maps it, runs the guest's
//! start-up on it once, and what is there then is the base image.

use std::ops::Range;

use wasmparser::{ConstExpr, Data, DataKind, Operator};

use crate::gates::STACK_POINTER;
use crate::module::{Module, Result};

pub const WASM_PAGE: u64 = 64 << 10;
const PAGE: u32 = 4096;

/// As long as the initial memory.
pub fn boot_memory(module: &Module) -> Result<Vec<u8>> {
    let [memory] = module.memories[..] else {
        return Err(format!("the guest has {} memories, not one", module.memories.len()));
    };
    let size = memory.initial.saturating_mul(WASM_PAGE);
    if size > 1 << 32 {
        return Err(format!(
            "the memory starts with {} pages, more than 32-bit addresses reach",
            memory.initial
        ));
    }
    let mut bytes = vec![0; size as usize];
    for (index, segment) in module.data.iter().enumerate() {
        place(&mut bytes, segment).map_err(|e| format!("data segment {index} {e}"))?;
    }
    Ok(bytes)
}

fn place(memory: &mut [u8], segment: &Data) -> Result<()> {
    let DataKind::Active { memory_index: 0, offset_expr } = &segment.kind else {
        return Err("is not active: its contents would be missing from the image".to_string());
    };
    let Some(start) = constant(offset_expr) else {
        return Err("does not start at a constant address".to_string());
    };
    let start = start as usize;
    match memory.get_mut(start..start + segment.data.len()) {
        Some(target) => target.copy_from_slice(segment.data),
        None => return Err(format!("ends at {}, beyond the initial memory", start + segment.data.len())),
    }
    Ok(())
}

/// The page that the stack begins in, or the first one of a guest that has no stack. It is in use whenever the guest
/// runs, and among the first that a stop takes away.
pub fn top_of_stack(module: &Module) -> Range<u32> {
    let stack = (0..).zip(&module.globals).find(|(index, _)| module.exported_global(*index) == STACK_POINTER);
    let start = stack.and_then(|(_, global)| constant(&global.init_expr)).unwrap_or(PAGE);
    start.saturating_sub(PAGE)..start
}

fn constant(expression: &ConstExpr) -> Option<u32> {
    let mut reader = expression.get_operators_reader();
    match (reader.read().ok()?, reader.read().ok()?) {
        (Operator::I32Const { value }, Operator::End) => Some(value as u32),
        _ => None,
    }
}
