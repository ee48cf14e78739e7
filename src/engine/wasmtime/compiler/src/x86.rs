//! The control flow of one compiled function, read from its machine code.
//!
//! Follows the code from the function's first byte, so constants and jump tables among it are never taken for
//! instructions. Whatever this does not understand is an error, never a guess that leaves an edge out.

use std::ops::Range;

use iced_x86::{Code, Decoder, DecoderOptions, FlowControl, Instruction, IntelFormatter, Mnemonic, Register};

use crate::module::Result;

/// Instructions that run one after the other. Addresses are offsets in `.text`.
#[derive(Debug, Default)]
pub struct Block {
    pub range: Range<u32>,
    /// Reads or writes the guest's memory, at an instruction whose fault Wasmtime turns into a trap.
    pub accesses_memory: bool,
    /// Moves the native stack pointer down.
    pub probes_stack: bool,
    /// Indices of the blocks that may run next.
    pub next: Vec<usize>,
}

/// The blocks of the function at `range`; the first one is its entry. `accesses`: every address in `.text` at which the
/// guest's memory is accessed, ascending.
pub fn blocks(text: &[u8], range: Range<u32>, accesses: &[u32]) -> Result<Vec<Block>> {
    let mut trace = Trace::new(text, range)?;
    trace.follow_all()?;
    trace.cut(accesses)
}

/// The instructions of `range`, one per line, at most `limit` of them.
pub fn disassemble(text: &[u8], range: Range<u32>, limit: usize) -> Vec<String> {
    let mut formatter = IntelFormatter::new();
    let mut lines = Vec::new();
    let mut decoder = decoder(text, range.start, range.end);
    while decoder.can_decode() && lines.len() < limit {
        let instruction = decoder.decode();
        let mut line = format!("{:8x}  ", instruction.ip());
        iced_x86::Formatter::format(&mut formatter, &instruction, &mut line);
        lines.push(line);
    }
    lines
}

fn decoder(text: &[u8], start: u32, end: u32) -> Decoder<'_> {
    Decoder::with_ip(64, &text[start as usize..end as usize], start.into(), DecoderOptions::NONE)
}

const INSTRUCTION: u8 = 1;
const LEADER: u8 = 2;

struct Trace<'a> {
    text: &'a [u8],
    range: Range<u32>,
    /// For each byte of the function: whether an instruction starts there, and whether a block does.
    marks: Vec<u8>,
    todo: Vec<u32>,
    /// Jump tables: where each starts, which is right behind the jump that uses it, and the targets it holds.
    tables: Vec<(u32, Vec<u32>)>,
}

impl<'a> Trace<'a> {
    fn new(text: &'a [u8], range: Range<u32>) -> Result<Self> {
        if range.start >= range.end || range.end as usize > text.len() {
            return Err(format!("its code lies outside .text: {range:x?}"));
        }
        let marks = vec![0; range.len()];
        Ok(Self { text, range, marks, todo: Vec::new(), tables: Vec::new() })
    }

    fn marked(&self, address: u32, mark: u8) -> bool {
        self.marks[(address - self.range.start) as usize] & mark != 0
    }

    /// A block starts at `address`.
    fn lead(&mut self, address: u32) -> Result<()> {
        if !self.range.contains(&address) {
            return Err(format!("a jump to {address:x} leaves the function"));
        }
        if !self.marked(address, LEADER) {
            self.marks[(address - self.range.start) as usize] |= LEADER;
            self.todo.push(address);
        }
        Ok(())
    }

    fn follow_all(&mut self) -> Result<()> {
        self.lead(self.range.start)?;
        while let Some(address) = self.todo.pop() {
            self.follow(address)?;
        }
        Ok(())
    }

    /// Marks the instructions from `address` to the next one that does not go on, or that is known already.
    fn follow(&mut self, address: u32) -> Result<()> {
        let mut decoder = decoder(self.text, address, self.range.end);
        let mut run = Vec::new();
        while decoder.can_decode() {
            let at = decoder.ip() as u32;
            if self.marked(at, INSTRUCTION) {
                return Ok(());
            }
            let instruction = decoder.decode();
            self.marks[(at - self.range.start) as usize] |= INSTRUCTION;
            let next = decoder.ip() as u32;
            match instruction.flow_control() {
                FlowControl::Next | FlowControl::Call | FlowControl::IndirectCall => {
                    if instruction.mnemonic() == Mnemonic::INVALID {
                        return Err(format!("the instruction at {at:x} is unknown"));
                    }
                }
                FlowControl::ConditionalBranch => {
                    self.lead(instruction.near_branch_target() as u32)?;
                    return self.lead(next);
                }
                FlowControl::UnconditionalBranch => {
                    return self.lead(instruction.near_branch_target() as u32);
                }
                FlowControl::IndirectBranch => {
                    let last = jump_table_size(&run, &instruction);
                    let last =
                        last.ok_or(format!("the jump at {at:x} is not through a table of known size"))?;
                    return self.read_table(next, last);
                }
                FlowControl::Return => return Ok(()),
                FlowControl::Exception if instruction.mnemonic() == Mnemonic::Ud2 => return Ok(()),
                _ => return Err(format!("the flow of control at {at:x} is not understood")),
            }
            run.push(instruction);
        }
        Err(format!("the code runs off its end at {:x}", self.range.end))
    }

    /// A jump table holds distances from its own start: those for the indices 0 to `last`.
    fn read_table(&mut self, table: u32, last: u32) -> Result<()> {
        let entries =
            self.text[table as usize..self.range.end as usize].chunks_exact(4).take(last as usize + 1);
        if entries.len() <= last as usize {
            return Err(format!("the jump table at {table:x} leaves the function"));
        }
        let distance = |entry: &[u8]| i32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
        let targets: Vec<u32> = entries.map(|entry| table.wrapping_add_signed(distance(entry))).collect();
        for target in &targets {
            self.lead(*target)?;
        }
        self.tables.push((table, targets));
        Ok(())
    }

    /// Cuts the marked instructions into blocks.
    fn cut(&self, accesses: &[u32]) -> Result<Vec<Block>> {
        let leaders: Vec<u32> = self.range.clone().filter(|a| self.marked(*a, LEADER)).collect();
        let index = |address: u32| leaders.binary_search(&address).expect("every target is a leader");
        let mut blocks = Vec::with_capacity(leaders.len());
        for start in &leaders {
            let mut block = Block { range: *start..*start, ..Block::default() };
            let mut decoder = decoder(self.text, *start, self.range.end);
            loop {
                let instruction = decoder.decode();
                let at = instruction.ip() as u32;
                block.range.end = instruction.next_ip() as u32;
                block.accesses_memory |= accesses.binary_search(&at).is_ok();
                block.probes_stack |=
                    instruction.mnemonic() == Mnemonic::Sub && instruction.op0_register() == Register::RSP;
                if self.marks_inside(at, block.range.end) {
                    return Err(format!("two instructions overlap at {at:x}"));
                }
                if self.ends(&mut block, &instruction, index) {
                    break;
                }
                if self.marked(block.range.end, LEADER) {
                    block.next.push(index(block.range.end));
                    break;
                }
            }
            blocks.push(block);
        }
        Ok(blocks)
    }

    fn marks_inside(&self, at: u32, next: u32) -> bool {
        (at + 1..next).any(|address| self.marked(address, INSTRUCTION | LEADER))
    }

    /// Notes what `instruction` does to the block's flow; true when the block ends with it.
    fn ends(&self, block: &mut Block, instruction: &Instruction, index: impl Fn(u32) -> usize) -> bool {
        let target = instruction.near_branch_target() as u32;
        let next = instruction.next_ip() as u32;
        match instruction.flow_control() {
            FlowControl::ConditionalBranch => block.next.extend([index(target), index(next)]),
            FlowControl::UnconditionalBranch => block.next.push(index(target)),
            FlowControl::IndirectBranch => {
                let table = self.tables.iter().find(|(start, _)| *start == next);
                block.next.extend(table.into_iter().flat_map(|(_, targets)| targets).map(|t| index(*t)));
                block.next.sort_unstable();
                block.next.dedup();
            }
            _ => {}
        }
        !matches!(
            instruction.flow_control(),
            FlowControl::Next | FlowControl::Call | FlowControl::IndirectCall
        )
    }
}

/// The highest index of the jump table that `jump` goes through. Cranelift writes every one as
///
///     mov size, N
///     cmp index, size
///     cmovb size, index              so that size is at most N
///     lea table, [rip + behind the jump]
///     movsxd distance, [table + size*4]
///     add table, distance
///     jmp table
///
/// The last four stand together; before them the register allocator may put other moves in between.
fn jump_table_size(run: &[Instruction], jump: &Instruction) -> Option<u32> {
    let [before @ .., lea, load, add] = run else { return None };
    let table = lea.op0_register();
    let behind = lea.code() == Code::Lea_r64_m
        && lea.memory_base() == Register::RIP
        && lea.ip_rel_memory_address() == jump.next_ip();
    let loaded = load.code() == Code::Movsxd_r64_rm32
        && load.memory_base() == table
        && load.memory_index_scale() == 4
        && load.memory_displacement64() == 0;
    let added = add.code() == Code::Add_r64_rm64
        && add.op0_register() == table
        && add.op1_register() == load.op0_register()
        && jump.code() == Code::Jmp_rm64
        && jump.op0_register() == table;
    if !(behind && loaded && added) {
        return None;
    }
    let size = load.memory_index();
    let (before, cmov) = split_at_writer(before, size)?;
    let (cmp, before) = before.split_last()?;
    let clamped = cmov.code() == Code::Cmovb_r32_rm32
        && cmp.code() == Code::Cmp_r32_rm32
        && cmp.op1_register() == cmov.op0_register()
        && cmp.op0_register() == cmov.op1_register();
    let (_, set) = split_at_writer(before, size)?;
    (clamped && set.code() == Code::Mov_r32_imm32).then(|| set.immediate32())
}

/// The last instruction that writes `register`, and what stands before it; None when anything but moves comes after it.
fn split_at_writer(run: &[Instruction], register: Register) -> Option<(&[Instruction], &Instruction)> {
    let (last, before) = run.split_last()?;
    if last.op0_register().full_register() == register {
        return Some((before, last));
    }
    match last.mnemonic() {
        Mnemonic::Mov | Mnemonic::Movups | Mnemonic::Movdqu | Mnemonic::Movsd | Mnemonic::Movss => {
            split_at_writer(before, register)
        }
        _ => None,
    }
}
