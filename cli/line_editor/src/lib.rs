//! rustyline behind the C API of belljar_line_editor.h. Nothing of belljar's is decided here: what completes, what ends
//! a line and what is coloured comes from the callbacks.

mod callbacks;

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustyline::config::{BellStyle, ColorMode, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::{DefaultHistory, History};
use rustyline::{Cmd, Editor, EventHandler, KeyCode, KeyEvent, Modifiers};

use callbacks::{Callbacks, EnterKey, Session, Sink, TabKey, text_at};

const HISTORY_ENTRIES: usize = 2000;
const INDENT: u8 = 4;

pub struct LineEditor {
    editor: Editor<Session, DefaultHistory>,
}

#[repr(C)]
pub enum Status {
    Read = 0,
    Interrupted = 1,
    End = 2,
    Failed = 3,
}

fn open(callbacks: Callbacks, coloured_prompt: bool) -> rustyline::Result<LineEditor> {
    let config = Config::builder()
        .max_history_size(HISTORY_ENTRIES)?
        .history_ignore_dups(true)?
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .bell_style(BellStyle::None)
        .indent_size(INDENT)
        // Forced, or display() is not asked; whether it colours anything is the caller's choice.
        .color_mode(ColorMode::Forced)
        .build();
    let mut editor = Editor::with_config(config)?;
    let enter = || EventHandler::Conditional(Box::new(EnterKey(callbacks)));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::NONE), enter());
    editor.bind_sequence(KeyEvent::ctrl('J'), enter());
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), EventHandler::Simple(Cmd::Newline));
    editor
        .bind_sequence(KeyEvent(KeyCode::Tab, Modifiers::NONE), EventHandler::Conditional(Box::new(TabKey)));
    editor.set_helper(Some(Session { callbacks, coloured_prompt }));
    Ok(LineEditor { editor })
}

fn read(editor: &mut LineEditor, prompt: &str, sink: &Sink) -> Status {
    match editor.editor.readline(prompt) {
        Ok(line) => {
            sink.put(&line);
            Status::Read
        }
        Err(ReadlineError::Interrupted) => Status::Interrupted,
        Err(error) if is_kind(&error, ErrorKind::InvalidData) => Status::Interrupted,
        Err(ReadlineError::Eof) => Status::End,
        Err(error) => {
            sink.put(&error.to_string());
            Status::Failed
        }
    }
}

fn is_kind(error: &ReadlineError, kind: ErrorKind) -> bool {
    matches!(error, ReadlineError::Io(e) if e.kind() == kind)
}

fn report(result: rustyline::Result<()>, error: &Sink) -> bool {
    match result {
        Ok(()) => true,
        Err(e) => {
            error.put(&e.to_string());
            false
        }
    }
}

/// # Safety
/// The callbacks and their context outlive the editor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_line_editor_open(
    callbacks: Callbacks,
    coloured_prompt: bool,
    error: Sink,
) -> *mut LineEditor {
    match open(callbacks, coloured_prompt) {
        Ok(editor) => Box::into_raw(Box::new(editor)),
        Err(e) => {
            error.put(&e.to_string());
            std::ptr::null_mut()
        }
    }
}

/// # Safety
/// `editor` came from `belljar_line_editor_open` and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_line_editor_close(editor: *mut LineEditor) {
    drop(unsafe { Box::from_raw(editor) });
}

/// # Safety
/// As the header says of all of these: a live editor, and text of the given length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_line_editor_read(
    editor: *mut LineEditor,
    prompt: *const u8,
    len: usize,
    text: Sink,
) -> Status {
    let (editor, prompt) = unsafe { (&mut *editor, text_at(prompt, len)) };
    read(editor, &prompt, &text)
}

/// # Safety
/// See `belljar_line_editor_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_line_editor_remember(editor: *mut LineEditor, text: *const u8, len: usize) {
    let (editor, text) = unsafe { (&mut *editor, text_at(text, len)) };
    // Fails for no kind of text, and a line that is not recalled is no reason to stop.
    let _ = editor.editor.add_history_entry(text);
}

/// # Safety
/// See `belljar_line_editor_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_line_editor_load_history(
    editor: *mut LineEditor,
    path: *const u8,
    len: usize,
    error: Sink,
) -> bool {
    let (editor, path) = unsafe { (&mut *editor, path_at(path, len)) };
    match editor.editor.history_mut().load(path) {
        Err(e) if is_kind(&e, ErrorKind::NotFound) => true,
        result => report(result, &error),
    }
}

/// # Safety
/// See `belljar_line_editor_read`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn belljar_line_editor_append_history(
    editor: *mut LineEditor,
    path: *const u8,
    len: usize,
    error: Sink,
) -> bool {
    let (editor, path) = unsafe { (&mut *editor, path_at(path, len)) };
    report(editor.editor.history_mut().append(path), &error)
}

unsafe fn path_at<'a>(path: *const u8, len: usize) -> &'a Path {
    Path::new(OsStr::from_bytes(unsafe { std::slice::from_raw_parts(path, len) }))
}
