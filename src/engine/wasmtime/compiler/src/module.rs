//! A guest module, parsed once: what the gates, the lowering and the image look at.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{
    CompositeInnerType, Data, Element, Export, ExternalKind, FuncType, FunctionBody, Global, Import,
    KnownCustom, MemoryType, Name, Operator, Parser, Payload, TableType, TypeRef,
};

/// Errors of this tool are sentences for the person who builds the guest.
pub type Result<T> = std::result::Result<T, String>;

pub struct Module<'a> {
    pub bytes: &'a [u8],
    /// Sections in file order; custom sections are left out.
    pub sections: Vec<(u8, Range<usize>)>,
    pub types: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// The type of every function, imported ones first.
    pub functions: Vec<u32>,
    pub imported_functions: u32,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub bodies: Vec<FunctionBody<'a>>,
    pub data: Vec<Data<'a>>,
    pub names: Names,
}

/// Function names for people: from the name section, else from the exports.
#[derive(Clone, Default)]
pub struct Names(BTreeMap<u32, String>);

impl Names {
    /// The name, or the empty string.
    pub fn get(&self, function: u32) -> &str {
        self.0.get(&function).map_or("", String::as_str)
    }

    /// "function 17 (memmove)".
    pub fn describe(&self, function: u32) -> String {
        match self.get(function) {
            "" => format!("function {function}"),
            name => format!("function {function} ({name})"),
        }
    }

    fn find(&self, name: &str) -> Option<u32> {
        self.0.iter().find(|(_, n)| *n == name).map(|(index, _)| *index)
    }
}

impl<'a> Module<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Self {
            bytes,
            sections: Vec::new(),
            types: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
            imported_functions: 0,
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            elements: Vec::new(),
            bodies: Vec::new(),
            data: Vec::new(),
            names: Names::default(),
        };
        module.read().map_err(|e| format!("the file is not a WebAssembly module this tool can read: {e}"))?;
        for export in &module.exports {
            if export.kind == ExternalKind::Func {
                module.names.0.entry(export.index).or_insert_with(|| export.name.to_string());
            }
        }
        Ok(module)
    }

    fn read(&mut self) -> wasmparser::Result<()> {
        for payload in Parser::new(0).parse_all(self.bytes) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section()
                && id != 0
            {
                self.sections.push((id, range));
            }
            match payload {
                Payload::TypeSection(reader) => {
                    for group in reader {
                        self.types.extend(group?.into_types().filter_map(|t| match t.composite_type.inner {
                            CompositeInnerType::Func(f) => Some(f),
                            _ => None,
                        }));
                    }
                }
                Payload::ImportSection(reader) => {
                    self.imports = reader.into_imports().collect::<wasmparser::Result<_>>()?;
                    self.functions = self.imports.iter().filter_map(function_type).collect();
                    self.imported_functions = self.functions.len() as u32;
                }
                Payload::FunctionSection(reader) => {
                    for function in reader {
                        self.functions.push(function?);
                    }
                }
                Payload::TableSection(reader) => {
                    for table in reader {
                        self.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(reader) => {
                    self.memories = reader.into_iter().collect::<wasmparser::Result<_>>()?
                }
                Payload::GlobalSection(reader) => {
                    self.globals = reader.into_iter().collect::<wasmparser::Result<_>>()?
                }
                Payload::ExportSection(reader) => {
                    self.exports = reader.into_iter().collect::<wasmparser::Result<_>>()?
                }
                Payload::StartSection { func, .. } => self.start = Some(func),
                Payload::ElementSection(reader) => {
                    self.elements = reader.into_iter().collect::<wasmparser::Result<_>>()?
                }
                Payload::CodeSectionEntry(body) => self.bodies.push(body),
                Payload::DataSection(reader) => {
                    self.data = reader.into_iter().collect::<wasmparser::Result<_>>()?
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(reader) = section.as_known() {
                        self.read_names(reader)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_names(&mut self, reader: wasmparser::NameSectionReader<'a>) -> wasmparser::Result<()> {
        for part in reader {
            if let Name::Function(functions) = part? {
                for naming in functions {
                    let naming = naming?;
                    self.names.0.insert(naming.index, naming.name.to_string());
                }
            }
        }
        Ok(())
    }

    /// A function by its export or, failing that, by its name in the name section.
    pub fn find_function(&self, name: &str) -> Option<u32> {
        let exported = self.exports.iter().find(|e| e.kind == ExternalKind::Func && e.name == name);
        exported.map(|e| e.index).or_else(|| self.names.find(name))
    }

    pub fn function_type(&self, function: u32) -> Option<&FuncType> {
        self.types.get(*self.functions.get(function as usize)? as usize)
    }

    /// Each defined function with its index.
    pub fn defined(&self) -> impl Iterator<Item = (u32, &FunctionBody<'a>)> {
        (self.imported_functions..).zip(&self.bodies)
    }

    /// Calls `visit` with every instruction of the module, and the function it is in.
    pub fn each_instruction(&self, mut visit: impl FnMut(u32, &Operator<'a>)) -> Result<()> {
        for (function, body) in self.defined() {
            let mut reader = body.get_operators_reader().map_err(|e| self.unreadable(function, e))?;
            while !reader.eof() {
                visit(function, &reader.read().map_err(|e| self.unreadable(function, e))?);
            }
        }
        Ok(())
    }

    pub fn unreadable(&self, function: u32, error: impl std::fmt::Display) -> String {
        format!("{} cannot be read: {error}", self.names.describe(function))
    }

    /// The exported name of a global, or the empty string.
    pub fn exported_global(&self, index: u32) -> &'a str {
        let export = self.exports.iter().find(|e| e.kind == ExternalKind::Global && e.index == index);
        export.map_or("", |e| e.name)
    }
}

fn function_type(import: &Import) -> Option<u32> {
    match import.ty {
        TypeRef::Func(index) => Some(index),
        _ => None,
    }
}
