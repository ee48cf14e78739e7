//! Compiles a module for an explicit target, never for the CPU this tool happens to run on.

use std::time::{Duration, Instant};

use object::read::elf::ElfFile64;
use object::{Object, ObjectSection};
use wasmtime::{Config, Engine, OptLevel, Strategy};
use wasmtime_environ::{CompiledTrap, Trap, iterate_traps, obj};

use crate::module::Result;
use crate::{cpu, settings};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    V2,
    V3,
}

impl Target {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "x86-64-v2" => Ok(Self::V2),
            "x86-64-v3" => Ok(Self::V3),
            _ => Err(format!("unknown target `{name}`: x86-64-v2 or x86-64-v3")),
        }
    }

    fn cpu_features(self) -> impl Iterator<Item = &'static &'static str> {
        let v3 = if self == Self::V3 { cpu::V3 } else { &[] };
        cpu::V2.iter().chain(v3)
    }
}

pub struct Compiled {
    /// The .cwasm: an ELF file that Wasmtime loads.
    pub code: Vec<u8>,
    /// Where each defined function lies in `.text`.
    pub functions: Vec<CodeRange>,
    pub time: Duration,
}

pub struct CodeRange {
    pub function: u32,
    pub start: u32,
    pub end: u32,
}

/// The settings that both sides share, and those of this side.
pub fn config(target: Target) -> Result<Config> {
    let mut config = settings::config();
    config.target("x86_64-unknown-linux-gnu").map_err(|e| format!("the target is not supported: {e:#}"))?;
    for feature in target.cpu_features() {
        // SAFETY: the runtime checks each of these against its CPU before it loads the code.
        unsafe { config.cranelift_flag_enable(feature) };
    }
    config.strategy(Strategy::Cranelift);
    config.cranelift_opt_level(OptLevel::Speed);
    config.cranelift_nan_canonicalization(false);
    config.parallel_compilation(true);
    Ok(config)
}

pub fn compile(wasm: &[u8], target: Target) -> Result<Compiled> {
    let mut config = config(target)?;
    // SAFETY: the code is looked at, never run, so any CPU will do.
    unsafe { config.detect_host_feature(|_| Some(true)) };
    let engine = Engine::new(&config).map_err(|e| format!("Wasmtime refuses the settings: {e:#}"))?;
    let started = Instant::now();
    let code = engine.precompile_module(wasm).map_err(|e| format!("the guest does not compile: {e:#}"))?;
    let time = started.elapsed();
    // SAFETY: these are the bytes Wasmtime has just made.
    let module = unsafe { wasmtime::Module::deserialize(&engine, &code) };
    let module = module.map_err(|e| format!("the compiled guest does not load: {e:#}"))?;
    let functions = module
        .functions()
        .map(|f| CodeRange {
            function: f.index.as_u32(),
            start: f.offset as u32,
            end: (f.offset + f.len) as u32,
        })
        .collect();
    Ok(Compiled { code, functions, time })
}

impl Compiled {
    /// The ELF sections, with where they lie in the file.
    pub fn sections(&self) -> Result<Vec<(String, std::ops::Range<usize>)>> {
        let unreadable = |e| format!("the compiled guest is not a readable ELF file: {e}");
        let file = ElfFile64::<object::Endianness>::parse(&self.code[..]).map_err(unreadable)?;
        let mut sections = Vec::new();
        for section in file.sections() {
            let name = section.name().map_err(unreadable)?;
            let (start, len) = section.file_range().unwrap_or_default();
            sections.push((name.to_string(), start as usize..(start + len) as usize));
        }
        Ok(sections)
    }

    fn section(&self, name: &str) -> Result<&[u8]> {
        match self.sections()?.into_iter().find(|(n, _)| n == name) {
            Some((_, range)) => Ok(&self.code[range]),
            None => Err(format!("the compiled guest has no section {name}")),
        }
    }

    pub fn text(&self) -> Result<&[u8]> {
        self.section(".text")
    }

    /// Where in `.text` an instruction reads or writes the guest's memory, in ascending order: the places at which
    /// Wasmtime turns a fault into a trap.
    pub fn memory_accesses(&self) -> Result<Vec<u32>> {
        let Some(traps) = iterate_traps(self.section(obj::ELF_WASMTIME_TRAPS)?) else {
            return Err("the compiled guest's trap table cannot be read".to_string());
        };
        let access = CompiledTrap::Normal(Trap::MemoryOutOfBounds);
        Ok(traps.filter(|(_, trap)| *trap == access).map(|(offset, _)| offset).collect())
    }
}
