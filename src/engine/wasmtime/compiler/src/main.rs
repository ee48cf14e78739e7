//! belljar-compile: makes the code and the boot memory of a guest out of its WebAssembly module, or says why not.
//!
//!     belljar-compile guest.wasm --code guest.cwasm --memory guest.mem --target x86-64-v2
//!         --imports imports.txt [--report report.txt]

#[allow(dead_code, reason = "the runtime asks for the CPU's level")]
#[path = "../../cpu.rs"]
mod cpu;
mod engine;
mod gates;
mod loops;
mod lower;
mod memory;
mod module;
mod report;
#[path = "../../settings.rs"]
mod settings;
mod silent;
#[cfg(test)]
mod tests;
mod x86;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use engine::{Compiled, Target};
use gates::Imports;
use loops::Loop;
use lower::Lowered;
use module::{Module, Names, Result};

struct Options {
    guest: PathBuf,
    code: PathBuf,
    memory: PathBuf,
    target: Target,
    imports: PathBuf,
    report: Option<PathBuf>,
}

const USAGE: &str = "usage: belljar-compile GUEST.wasm --code OUT.cwasm --memory OUT.mem \
    --target x86-64-v2|x86-64-v3 --imports LIST.txt [--report OUT.txt]";

fn main() -> ExitCode {
    let outcome = match options(env::args().skip(1)) {
        Ok(options) => run(&options).map_err(|e| (1, e)),
        Err(e) => Err((2, format!("{e}\n{USAGE}"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            eprintln!("belljar-compile: {message}");
            ExitCode::from(code)
        }
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options> {
    let mut guest = None;
    let (mut code, mut memory, mut target, mut imports, mut report) = Default::default();
    while let Some(word) = words.next() {
        let slot = match word.as_str() {
            "--code" => &mut code,
            "--memory" => &mut memory,
            "--target" => &mut target,
            "--imports" => &mut imports,
            "--report" => &mut report,
            _ if word.starts_with('-') => return Err(format!("unknown option {word}")),
            _ if guest.is_some() => return Err(format!("{word}: one guest at a time")),
            _ => {
                guest = Some(PathBuf::from(word));
                continue;
            }
        };
        *slot = Some(words.next().ok_or(format!("{word} needs a value"))?);
    }
    let needed = |value: Option<String>, option: &str| value.ok_or(format!("{option} is missing"));
    Ok(Options {
        guest: guest.ok_or("the guest is missing")?,
        code: needed(code, "--code")?.into(),
        memory: needed(memory, "--memory")?.into(),
        target: Target::parse(&needed(target, "--target")?)?,
        imports: needed(imports, "--imports")?.into(),
        report: report.map(PathBuf::from),
    })
}

/// Writes code and memory only when every gate is passed; the report also when loops are refused, to be looked at.
fn run(options: &Options) -> Result<()> {
    let guest = read(&options.guest)?;
    let imports = Imports::parse(&read_text(&options.imports)?)?;
    let linked = Module::parse(&guest)?;
    let memory = memory::boot_memory(&linked)?;
    let made = Made::from(&linked, &imports, options.target)?;
    if let Some(path) = &options.report {
        write(path, report::text(&linked, &memory, &made)?.as_bytes())?;
    }
    refuse_deaf_loops(&made, &linked.names)?;
    write(&options.memory, &memory)?;
    write(&options.code, &made.compiled.code)
}

/// The compiled guest and how it came about.
struct Made {
    lowered: Lowered,
    compiled: Compiled,
    /// Functions with deaf loops that only the machine code shows: every loop of theirs was given a load.
    mended: BTreeSet<u32>,
    /// The loops that are deaf in the end.
    deaf: Vec<Loop>,
}

impl Made {
    fn from(linked: &Module, imports: &Imports, target: Target) -> Result<Self> {
        let lowered = lower::lower(linked, &BTreeSet::new())?;
        let mut module = Module::parse(&lowered.wasm)?;
        module.names = linked.names.clone();
        let violations = gates::violations(&module, imports)?;
        if !violations.is_empty() {
            return Err(format!("the guest cannot be used:\n  {}", violations.join("\n  ")));
        }
        gates::validate(&lowered.wasm, settings::FEATURES)?;

        let first = Self::compiled(lowered, linked, target)?;
        if first.deaf.is_empty() {
            return Ok(first);
        }
        let mended = first.deaf.iter().map(|l| l.function).collect();
        let second = Self::compiled(lower::lower(linked, &mended)?, linked, target)?;
        Ok(Self { mended, ..second })
    }

    fn compiled(lowered: Lowered, linked: &Module, target: Target) -> Result<Self> {
        let compiled = engine::compile(&lowered.wasm, target)?;
        let deaf = loops::find(&compiled, &linked.names)?;
        Ok(Self { lowered, compiled, mended: BTreeSet::new(), deaf })
    }
}

fn refuse_deaf_loops(made: &Made, names: &Names) -> Result<()> {
    if made.deaf.is_empty() {
        return Ok(());
    }
    let mut message =
        "these loops would never notice a stop, and a load at their head did not help:".to_string();
    for found in &made.deaf {
        message += &report::describe(found, made.compiled.text()?, names);
    }
    Err(message)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))
}

/// Under another name first: a build that is interrupted leaves no half a file behind.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|e| format!("{} cannot be written: {e}", path.display()))
}
