//! Loops that would never notice a stop: deaf loops.
//!
//! A runaway guest is stopped by taking its memory's pages away: its next load or store faults, and Wasmtime turns the
//! fault into a trap. So every loop must access memory on every turn; a *deaf* one, that can go round without, would run
//! on for ever.
//!
//! The check reads the machine code that is shipped, not the WebAssembly: Cranelift removes loads whose value it knows,
//! so that a loop waiting for a word to change loads it once, before the loop. An instruction accesses memory when
//! Wasmtime's own trap table says so: the very table by which a fault is recognised.
//!
//! The rule: of each function, take away every block that accesses memory. A cycle in what is left is a deaf loop.
//! - Calls do not count, whatever the callee does. (Imports would notice a stop too; nothing here relies on it.)
//! - Endless recursion needs no rule: every frame takes native stack, and its end is a trap.
//! - The probes by which Cranelift touches a large stack frame page by page are no loops of the guest's.
//!
//! Loops that look silent have been given a load before (silent.rs, lower.rs); when some are deaf all the same, every loop
//! of their functions gets one, and the check is made again.

use std::ops::Range;

use crate::engine::Compiled;
use crate::module::{Names, Result};
use crate::x86::{self, Block};

pub struct Loop {
    pub function: u32,
    /// Its code, as ranges of `.text` in ascending order.
    pub code: Vec<Range<u32>>,
}

/// Every deaf loop of the compiled guest. A deaf loop inside a deaf loop counts as well.
pub fn find(compiled: &Compiled, names: &Names) -> Result<Vec<Loop>> {
    let text = compiled.text()?;
    let accesses = compiled.memory_accesses()?;
    let mut loops = Vec::new();
    for code in &compiled.functions {
        let blocks = x86::blocks(text, code.start..code.end, &accesses);
        let blocks = blocks.map_err(|e| format!("the code of {}: {e}", names.describe(code.function)))?;
        let silent = (0..blocks.len()).filter(|b| !blocks[*b].accesses_memory).collect();
        add_cycles(code.function, &blocks, silent, &mut loops);
    }
    Ok(loops)
}

/// One loop for each cycle among `members`, then again for what cycles inside it without its header.
fn add_cycles(function: u32, blocks: &[Block], members: Vec<usize>, loops: &mut Vec<Loop>) {
    for mut cycle in cycles(blocks, &members) {
        if cycle.len() == 1 && blocks[cycle[0]].probes_stack {
            continue;
        }
        cycle.sort_unstable();
        let code = cycle.iter().map(|b| blocks[*b].range.clone()).collect();
        loops.push(Loop { function, code });
        let header = header(blocks, &cycle);
        cycle.retain(|b| *b != header);
        add_cycles(function, blocks, cycle, loops);
    }
}

/// Where the loop is entered from outside; the first of them when there are several.
fn header(blocks: &[Block], cycle: &[usize]) -> usize {
    let entered = |member: &&usize| {
        let from_outside =
            |(index, block): (usize, &Block)| !cycle.contains(&index) && block.next.contains(*member);
        blocks.iter().enumerate().any(from_outside)
    };
    *cycle.iter().find(entered).unwrap_or(&cycle[0])
}

/// The strongly connected components of the graph on `members` that hold a cycle (Tarjan, with an explicit stack: a
/// function may have tens of thousands of blocks).
fn cycles(blocks: &[Block], members: &[usize]) -> Vec<Vec<usize>> {
    const OUTSIDE: usize = usize::MAX;
    const UNSEEN: usize = usize::MAX - 1;
    const DONE: usize = usize::MAX - 2;
    let mut number = vec![OUTSIDE; blocks.len()];
    for member in members {
        number[*member] = UNSEEN;
    }
    let mut low = vec![0; blocks.len()];
    let mut count = 0;
    let mut open = Vec::new();
    let mut found = Vec::new();
    for root in members {
        if number[*root] != UNSEEN {
            continue;
        }
        // A node and how many of its successors have been seen to.
        let mut path = vec![(*root, 0)];
        while let Some((node, done)) = path.last_mut() {
            let node = *node;
            if *done == 0 {
                number[node] = count;
                low[node] = count;
                count += 1;
                open.push(node);
            }
            if let Some(next) = blocks[node].next.get(*done) {
                *done += 1;
                match number[*next] {
                    UNSEEN => path.push((*next, 0)),
                    OUTSIDE | DONE => {}
                    seen => low[node] = low[node].min(seen),
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == number[node] {
                let first = open.iter().rposition(|n| *n == node).expect("an open node is on the stack");
                let component = open.split_off(first);
                component.iter().for_each(|n| number[*n] = DONE);
                if component.len() > 1 || blocks[node].next.contains(&node) {
                    found.push(component);
                }
            }
        }
    }
    found
}
