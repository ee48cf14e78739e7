//! What a guest module must not have. An instance's state is its memory and `__stack_pointer`, nothing else: that is what
//! makes an image of the memory a snapshot. So no other global may change, the table stays as it was made, and nothing
//! is dropped or initialised at run time.

use std::collections::BTreeSet;

use wasmparser::{ElementItems, ElementKind, Operator, TypeRef, Validator, WasmFeatures};

use crate::memory;
use crate::module::{Module, Result};

pub const STACK_POINTER: &str = "__stack_pointer";

/// The functions a guest may import, one `module name` a line; `#` starts a comment.
pub struct Imports(BTreeSet<(String, String)>);

impl Imports {
    pub fn parse(text: &str) -> Result<Self> {
        let mut allowed = BTreeSet::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default();
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                [] => {}
                [module, name] => drop(allowed.insert((module.to_string(), name.to_string()))),
                _ => return Err(format!("line {number} of the import list is not `module name`")),
            }
        }
        Ok(Self(allowed))
    }
}

/// Every reason to refuse `module`, one sentence each. Empty: it may be compiled.
pub fn violations(module: &Module, imports: &Imports) -> Result<Vec<String>> {
    let mut found = Vec::new();
    check_imports(module, imports, &mut found);
    check_state(module, &mut found);
    check_elements(module, &mut found);
    check_instructions(module, &mut found)?;
    Ok(found)
}

/// The whole module, against exactly the proposals that the engine has switched on.
pub fn validate(wasm: &[u8], features: WasmFeatures) -> Result<()> {
    match Validator::new_with_features(features).validate_all(wasm) {
        Ok(_) => Ok(()),
        Err(e) => Err(format!("the guest is not valid with the WebAssembly features the engine allows: {e}")),
    }
}

fn check_imports(module: &Module, allowed: &Imports, found: &mut Vec<String>) {
    for import in &module.imports {
        let name = format!("{}.{}", import.module, import.name);
        if !matches!(import.ty, TypeRef::Func(_)) {
            found.push(format!("import {name} is not a function"));
        } else if !allowed.0.contains(&(import.module.to_string(), import.name.to_string())) {
            found.push(format!("import {name} is not in the list of imports"));
        }
    }
}

fn check_state(module: &Module, found: &mut Vec<String>) {
    for (index, global) in (0..).zip(&module.globals) {
        if global.ty.mutable && module.exported_global(index) != STACK_POINTER {
            found.push(format!(
                "global {index} is mutable and not exported as {STACK_POINTER}: its value would be missing from images"
            ));
        }
    }
    match module.memories[..] {
        [memory] if memory.memory64 || memory.shared || memory.page_size_log2.is_some() => {
            found.push("the memory is not a plain 32-bit memory".to_string());
        }
        [memory] if u64::from(memory::top_of_stack(module).end) > memory.initial * memory::WASM_PAGE => {
            found.push("the stack does not lie in the initial memory".to_string());
        }
        [_] => {}
        _ => found.push(format!("the guest has {} memories, not one", module.memories.len())),
    }
    if module.tables.len() > 1 {
        found.push(format!("the guest has {} tables, at most one is allowed", module.tables.len()));
    }
    if let Some(function) = module.start {
        found.push(format!(
            "the start section runs {} in every instance: link a reactor",
            module.names.describe(function)
        ));
    }
}

fn check_elements(module: &Module, found: &mut Vec<String>) {
    for (index, element) in module.elements.iter().enumerate() {
        if !matches!(element.kind, ElementKind::Active { .. }) {
            found.push(format!("element segment {index} is not active"));
        }
        if !matches!(element.items, ElementItems::Functions(_)) {
            found.push(format!("element segment {index} holds expressions, not functions"));
        }
    }
}

fn check_instructions(module: &Module, found: &mut Vec<String>) -> Result<()> {
    module.each_instruction(|function, operator| {
        let Some((instruction, reason)) = forbidden(operator) else { return };
        found.push(format!("{} uses {instruction}: {reason}", module.names.describe(function)));
    })
}

fn forbidden(operator: &Operator) -> Option<(&'static str, &'static str)> {
    const TABLE: &str = "the table must stay as it was made, an image does not hold it";
    const SEGMENT: &str = "segments are gone, their contents are in the image";
    const BULK: &str = "a fault inside it cannot be told from a crash of the host";
    Some(match operator {
        Operator::MemoryInit { .. } => ("memory.init", SEGMENT),
        Operator::DataDrop { .. } => ("data.drop", SEGMENT),
        Operator::ElemDrop { .. } => ("elem.drop", SEGMENT),
        Operator::TableInit { .. } => ("table.init", TABLE),
        Operator::TableSet { .. } => ("table.set", TABLE),
        Operator::TableGrow { .. } => ("table.grow", TABLE),
        Operator::TableFill { .. } => ("table.fill", TABLE),
        Operator::TableCopy { .. } => ("table.copy", TABLE),
        Operator::TableGet { .. } => {
            ("table.get", "a function reference could be kept where an image does not reach")
        }
        Operator::MemoryCopy { .. } => ("memory.copy", BULK),
        Operator::MemoryFill { .. } => ("memory.fill", BULK),
        _ => return None,
    })
}
