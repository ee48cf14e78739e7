//! Loops that can go round without a load or store, as far as the WebAssembly shows: those that lower.rs gives a load.
//!
//! What counts in the end is the machine code (loops.rs). This only says where loads are needed, so it may miss a loop or
//! name one too many: the first is found out, the second costs a load.

use wasmparser::{BinaryReaderError, FunctionBody, Operator};

/// For each open loop, outermost first: whether this point can be reached from its head without an access.
type Reach = Vec<bool>;

struct Frame {
    /// The number of the loop, when it is one, and how many loops are open inside.
    number: Option<usize>,
    open: usize,
    /// Of an `if` without `else` as yet: what reaches its other side.
    other: Option<Reach>,
    /// What branches to the frame's end bring there.
    end: Reach,
}

/// For each loop of the function, in the order of their heads: whether some way round has no access.
pub fn silent_loops(body: &FunctionBody) -> Result<Vec<bool>, BinaryReaderError> {
    let mut walk = Walk { silent: Vec::new(), frames: Vec::new(), reach: Vec::new() };
    walk.enter(None, None);
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        walk.step(&reader.read()?)?;
    }
    Ok(walk.silent)
}

struct Walk {
    silent: Vec<bool>,
    frames: Vec<Frame>,
    reach: Reach,
}

impl Walk {
    fn step(&mut self, operator: &Operator) -> Result<(), BinaryReaderError> {
        match operator {
            Operator::Block { .. } => self.enter(None, None),
            Operator::If { .. } => self.enter(None, Some(self.reach.clone())),
            Operator::Loop { .. } => {
                self.silent.push(false);
                self.reach.push(true);
                self.enter(Some(self.silent.len() - 1), None);
            }
            Operator::Else => self.turn(),
            Operator::End => self.leave(),
            Operator::Br { relative_depth } => {
                self.branch(*relative_depth);
                self.stop();
            }
            Operator::BrIf { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                self.branch(targets.default());
                for target in targets.targets() {
                    self.branch(target?);
                }
                self.stop();
            }
            Operator::Return | Operator::Unreachable => self.stop(),
            operator if accesses_memory(operator) => self.stop(),
            _ => {}
        }
        Ok(())
    }

    fn enter(&mut self, number: Option<usize>, other: Option<Reach>) {
        let open = self.reach.len();
        self.frames.push(Frame { number, open, other, end: vec![false; open] });
    }

    /// From here on nothing is reached in silence, be it for an access or because nothing gets here.
    fn stop(&mut self) {
        self.reach.fill(false);
    }

    fn branch(&mut self, depth: u32) {
        let Some(target) = self.frames.len().checked_sub(depth as usize + 1) else { return };
        let frame = &mut self.frames[target];
        match frame.number {
            Some(number) => self.silent[number] |= self.reach[frame.open - 1],
            None => merge(&mut frame.end, &self.reach),
        }
    }

    fn turn(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            merge(&mut frame.end, &self.reach);
            self.reach = frame.other.take().unwrap_or_else(|| vec![false; frame.open]);
        }
    }

    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        merge(&mut self.reach, &frame.end);
        if let Some(other) = frame.other {
            merge(&mut self.reach, &other);
        }
        if frame.number.is_some() {
            self.reach.pop();
        }
    }
}

/// What is reached in silence by either way. `more` may stand in loops that `reach` does not know.
fn merge(reach: &mut Reach, more: &Reach) {
    for (reached, also) in reach.iter_mut().zip(more) {
        *reached |= also;
    }
}

fn accesses_memory(operator: &Operator) -> bool {
    use Operator::*;
    matches!(
        operator,
        I32Load { .. }
            | I64Load { .. }
            | F32Load { .. }
            | F64Load { .. }
            | V128Load { .. }
            | I32Load8S { .. }
            | I32Load8U { .. }
            | I32Load16S { .. }
            | I32Load16U { .. }
            | I64Load8S { .. }
            | I64Load8U { .. }
            | I64Load16S { .. }
            | I64Load16U { .. }
            | I64Load32S { .. }
            | I64Load32U { .. }
            | V128Load8x8S { .. }
            | V128Load8x8U { .. }
            | V128Load16x4S { .. }
            | V128Load16x4U { .. }
            | V128Load32x2S { .. }
            | V128Load32x2U { .. }
            | V128Load32Zero { .. }
            | V128Load64Zero { .. }
            | V128Load8Splat { .. }
            | V128Load16Splat { .. }
            | V128Load32Splat { .. }
            | V128Load64Splat { .. }
            | V128Load8Lane { .. }
            | V128Load16Lane { .. }
            | V128Load32Lane { .. }
            | V128Load64Lane { .. }
            | I32Store { .. }
            | I64Store { .. }
            | F32Store { .. }
            | F64Store { .. }
            | V128Store { .. }
            | I32Store8 { .. }
            | I32Store16 { .. }
            | I64Store8 { .. }
            | I64Store16 { .. }
            | I64Store32 { .. }
            | V128Store8Lane { .. }
            | V128Store16Lane { .. }
            | V128Store32Lane { .. }
            | V128Store64Lane { .. }
    )
}
