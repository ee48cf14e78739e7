//! Makes the module that is compiled out of the one that was linked: no `memory.copy` and `memory.fill`, no data.
//!
//! A bulk instruction is a call into Wasmtime or an unrolled copy, and a fault in there has no trap record: taking the
//! guest's pages away (how a runaway is stopped) would end the process. The guest is compiled without bulk memory, but
//! libc's own objects hold some; each becomes a call of the guest's `memmove` or `memset`.
//!
//! Loops that would never notice such a stop get a load to fault on (silent.rs and loops.rs say which).

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::{Reencode, RoundtripReencoder, utils};
use wasm_encoder::{CodeSection, Instruction, MemArg, RawSection, SectionId};
use wasmparser::{FunctionBody, Operator, ValType};

use crate::memory;
use crate::module::{Module, Result};
use crate::silent::silent_loops;

pub struct Lowered {
    pub wasm: Vec<u8>,
    pub copies: usize,
    pub fills: usize,
    /// Loops that were given a load.
    pub heeding: usize,
}

/// Drops the data, the data count and every custom section too: what data there was is in the boot memory (memory.rs).
/// A loop that may be silent begins with a load, and so does every loop of the functions in `deaf`.
pub fn lower(module: &Module, deaf: &BTreeSet<u32>) -> Result<Lowered> {
    let mut lowering = Lowering::prepare(module)?;
    let mut out = wasm_encoder::Module::new();
    for (id, range) in &module.sections {
        if *id == SectionId::Code as u8 {
            out.section(&lowering.code(module, deaf)?);
        } else if *id != SectionId::Data as u8 && *id != SectionId::DataCount as u8 {
            out.section(&RawSection { id: *id, data: &module.bytes[range.clone()] });
        }
    }
    let Lowering { copies, fills, heeding, .. } = lowering;
    Ok(Lowered { wasm: out.finish(), copies, fills, heeding })
}

#[derive(Default)]
struct Lowering {
    memmove: Option<u32>,
    memset: Option<u32>,
    /// Where the loads of deaf loops read.
    loads: std::ops::Range<u32>,
    copies: usize,
    fills: usize,
    heeding: usize,
}

impl Lowering {
    fn prepare(module: &Module) -> Result<Self> {
        let bulk = BulkUse::find(module)?;
        let mut lowering = Self { loads: memory::top_of_stack(module), ..Self::default() };
        if !bulk.copies.is_empty() {
            lowering.memmove = Some(bulk.replacement(module, "memory.copy", "memmove")?);
        }
        if !bulk.fills.is_empty() {
            lowering.memset = Some(bulk.replacement(module, "memory.fill", "memset")?);
        }
        Ok(lowering)
    }

    fn code(&mut self, module: &Module, deaf: &BTreeSet<u32>) -> Result<CodeSection> {
        let mut code = CodeSection::new();
        for (function, body) in module.defined() {
            let everywhere = deaf.contains(&function);
            self.function(&mut code, body, everywhere).map_err(|e| module.unreadable(function, e))?;
        }
        Ok(code)
    }

    fn function(
        &mut self,
        code: &mut CodeSection,
        body: &FunctionBody,
        everywhere: bool,
    ) -> std::result::Result<(), wasm_encoder::reencode::Error> {
        let silent = silent_loops(body)?;
        let needs_load = silent.into_iter().map(|silent| silent || everywhere);
        // Each loop reads its own byte: Cranelift drops a load of what an outer loop has just loaded.
        let mut loops = needs_load.zip(self.loads.clone());
        let mut function = utils::new_function_with_parsed_locals(&mut RoundtripReencoder, body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let operator = reader.read()?;
            // memmove and memset take what the instruction takes and return the destination as well.
            if let Some(callee) = self.call_for(&operator) {
                function.instruction(&Instruction::Call(callee)).instruction(&Instruction::Drop);
                continue;
            }
            let starts_loop = matches!(operator, Operator::Loop { .. });
            function.instruction(&RoundtripReencoder.instruction(operator)?);
            if starts_loop && let Some((true, byte)) = loops.next() {
                self.heeding += 1;
                let place = MemArg { offset: 0, align: 0, memory_index: 0 };
                function
                    .instruction(&Instruction::I32Const(byte.cast_signed()))
                    .instruction(&Instruction::I32Load8U(place))
                    .instruction(&Instruction::Drop);
            }
        }
        code.function(&function);
        Ok(())
    }

    fn call_for(&mut self, operator: &Operator) -> Option<u32> {
        match operator {
            Operator::MemoryCopy { .. } => {
                self.copies += 1;
                self.memmove
            }
            Operator::MemoryFill { .. } => {
                self.fills += 1;
                self.memset
            }
            _ => None,
        }
    }
}

/// Which functions hold bulk instructions, and who calls whom.
#[derive(Default)]
struct BulkUse {
    copies: BTreeSet<u32>,
    fills: BTreeSet<u32>,
    calls: BTreeMap<u32, BTreeSet<u32>>,
}

impl BulkUse {
    fn find(module: &Module) -> Result<Self> {
        let mut found = Self::default();
        module.each_instruction(|function, operator| match operator {
            Operator::MemoryCopy { .. } => drop(found.copies.insert(function)),
            Operator::MemoryFill { .. } => drop(found.fills.insert(function)),
            Operator::Call { function_index } => {
                found.calls.entry(function).or_default().insert(*function_index);
            }
            _ => {}
        })?;
        Ok(found)
    }

    /// The function to call instead, provided that it does not come back to a bulk instruction itself.
    fn replacement(&self, module: &Module, instruction: &str, name: &str) -> Result<u32> {
        let Some(callee) = module.find_function(name) else {
            return Err(format!(
                "the guest uses {instruction} and has no function `{name}` to call instead; link it with --export={name}"
            ));
        };
        let expected = ([ValType::I32; 3].as_slice(), [ValType::I32].as_slice());
        if module.function_type(callee).map(|t| (t.params(), t.results())) != Some(expected) {
            return Err(format!("`{name}` must take three i32 and return one to stand in for {instruction}"));
        }
        let mut reached = BTreeSet::from([callee]);
        let mut todo = vec![callee];
        while let Some(function) = todo.pop() {
            if self.copies.contains(&function) || self.fills.contains(&function) {
                return Err(format!(
                    "`{name}` would call itself for ever: {} uses bulk memory; compile it with -mno-bulk-memory -fno-builtin",
                    module.names.describe(function)
                ));
            }
            let callees = self.calls.get(&function).into_iter().flatten();
            todo.extend(callees.filter(|f| reached.insert(**f)));
        }
        Ok(callee)
    }
}
