//! The C callbacks as what rustyline asks of a helper and of a key.

use std::borrow::Cow;
use std::ffi::c_void;

use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Cmd, ConditionalEventHandler, Context, Event, EventContext, Helper, RepeatCount};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Sink {
    context: *mut c_void,
    put: extern "C" fn(*mut c_void, *const u8, usize),
}

impl Sink {
    pub fn put(&self, text: &str) {
        (self.put)(self.context, text.as_ptr(), text.len());
    }
}

/// A sink that collects pieces on this side.
extern "C" fn collect(context: *mut c_void, text: *const u8, len: usize) {
    let pieces = unsafe { &mut *context.cast::<Vec<String>>() };
    pieces.push(unsafe { text_at(text, len) }.into_owned());
}

fn collecting(pieces: &mut Vec<String>) -> Sink {
    Sink { context: std::ptr::from_mut(pieces).cast(), put: collect }
}

/// # Safety
/// `len` bytes are there.
pub unsafe fn text_at<'a>(text: *const u8, len: usize) -> Cow<'a, str> {
    String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(text, len) })
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Callbacks {
    context: *mut c_void,
    complete: extern "C" fn(*mut c_void, *const u8, usize, usize, Sink) -> usize,
    enter: extern "C" fn(*mut c_void, *const u8, usize, Sink) -> bool,
    display: extern "C" fn(*mut c_void, *const u8, usize, Sink),
}

// rustyline wants its key handlers to be movable between threads, and calls them on the one that reads.
unsafe impl Send for Callbacks {}
unsafe impl Sync for Callbacks {}

impl Callbacks {
    fn complete(&self, line: &str, cursor: usize) -> (usize, Vec<String>) {
        let mut candidates = Vec::new();
        let start =
            (self.complete)(self.context, line.as_ptr(), line.len(), cursor, collecting(&mut candidates));
        // rustyline cuts the line here, and would panic beyond the cursor or within a character.
        if start > cursor || !line.is_char_boundary(start) {
            return (cursor, Vec::new());
        }
        (start, candidates)
    }

    /// What Enter inserts; nothing when the line is finished.
    fn enter(&self, line: &str) -> Option<String> {
        let mut insertion = Vec::new();
        let finished = (self.enter)(self.context, line.as_ptr(), line.len(), collecting(&mut insertion));
        if finished { None } else { Some(insertion.concat()) }
    }

    fn display(&self, line: &str) -> String {
        let mut shown = Vec::new();
        (self.display)(self.context, line.as_ptr(), line.len(), collecting(&mut shown));
        shown.concat()
    }
}

/// What rustyline calls a helper.
pub struct Session {
    pub callbacks: Callbacks,
    pub coloured_prompt: bool,
}

impl Helper for Session {}
impl Validator for Session {}

impl Hinter for Session {
    type Hint = String;
}

impl Completer for Session {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.callbacks.complete(line, cursor))
    }
}

impl Highlighter for Session {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        Cow::Owned(self.callbacks.display(line))
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.coloured_prompt {
            Cow::Owned(format!("\x1b[1;35m{prompt}\x1b[0m"))
        } else {
            Cow::Borrowed(prompt)
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

/// Enter hands the text out when it is finished, and otherwise goes on to the next line, indented.
pub struct EnterKey(pub Callbacks);

impl ConditionalEventHandler for EnterKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        // Within the text, Enter splits the line, as in any editor.
        if context.pos() < context.line().len() && context.line()[context.pos()..].contains('\n') {
            return Some(Cmd::Newline);
        }
        match self.0.enter(context.line()) {
            None => Some(Cmd::AcceptLine),
            Some(insertion) => Some(Cmd::Insert(1, insertion)),
        }
    }
}

/// Tab indents where only white space is left of it, and completes elsewhere.
pub struct TabKey;

impl ConditionalEventHandler for TabKey {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let before = &context.line()[..context.pos()];
        let line = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        line.bytes().all(|b| b == b' ' || b == b'\t').then(|| Cmd::Insert(1, " ".repeat(4 - line.len() % 4)))
    }
}
