#include "line_editor.h"

#include <utility>

#include "belljar_line_editor.h"

namespace belljar::cli {
namespace {

belljar_line_sink append_to(std::string* text) {
  const auto append = [](void* to, const char* piece, size_t length) {
    static_cast<std::string*>(to)->append(piece, length);
  };
  return {text, append};
}

void put(const belljar_line_sink& sink, std::string_view text) { sink.put(sink.context, text.data(), text.size()); }

Error editor_error(const std::string& what, const std::string& reason) {
  return Error{ErrorCode::kIo, what + ": " + reason, ""};
}

size_t complete(void* context, const char* text, size_t length, size_t cursor, belljar_line_sink candidates) {
  const auto& callbacks = *static_cast<const LineCallbacks*>(context);
  const LineCallbacks::Completion completion = callbacks.complete({text, length}, cursor);
  for (const std::string& candidate : completion.candidates) put(candidates, candidate);
  return completion.start;
}

bool enter(void* context, const char* text, size_t length, belljar_line_sink insertion) {
  const std::optional<std::string> inserted = static_cast<const LineCallbacks*>(context)->enter({text, length});
  if (inserted) put(insertion, *inserted);
  return !inserted;
}

void display(void* context, const char* text, size_t length, belljar_line_sink shown) {
  put(shown, static_cast<const LineCallbacks*>(context)->display({text, length}));
}

}  // namespace

struct LineEditor::Impl {
  LineCallbacks callbacks;
  belljar_line_editor* editor = nullptr;
};

Result<std::unique_ptr<LineEditor>> LineEditor::open(LineCallbacks callbacks, bool coloured_prompt) {
  auto impl = std::make_unique<Impl>(Impl{std::move(callbacks)});
  std::string reason;
  const belljar_line_callbacks asks = {&impl->callbacks, complete, enter, display};
  impl->editor = belljar_line_editor_open(asks, coloured_prompt, append_to(&reason));
  if (!impl->editor) return editor_error("cannot use the terminal", reason);
  return std::unique_ptr<LineEditor>(new LineEditor(std::move(impl)));
}

LineEditor::LineEditor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LineEditor::~LineEditor() { belljar_line_editor_close(impl_->editor); }

Result<TypedCell> LineEditor::read(std::string_view prompt) {
  using enum TypedCell::Outcome;
  std::string text;
  switch (belljar_line_editor_read(impl_->editor, prompt.data(), prompt.size(), append_to(&text))) {
    case BELLJAR_LINE_READ: return TypedCell{kRead, std::move(text)};
    case BELLJAR_LINE_INTERRUPTED: return TypedCell{kInterrupted, ""};
    case BELLJAR_LINE_END: return TypedCell{kEnd, ""};
    case BELLJAR_LINE_FAILED: break;
  }
  return editor_error("cannot read from the terminal", text);
}

void LineEditor::remember(std::string_view text) {
  belljar_line_editor_remember(impl_->editor, text.data(), text.size());
}

Status LineEditor::load_history(const std::string& path) {
  std::string reason;
  if (belljar_line_editor_load_history(impl_->editor, path.data(), path.size(), append_to(&reason))) return Ok{};
  return editor_error("cannot read the history in " + path, reason);
}

Status LineEditor::append_history(const std::string& path) {
  std::string reason;
  if (belljar_line_editor_append_history(impl_->editor, path.data(), path.size(), append_to(&reason))) return Ok{};
  return editor_error("cannot write the history to " + path, reason);
}

}  // namespace belljar::cli
