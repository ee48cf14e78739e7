// The line editor (rustyline) behind a C API. Text is UTF-8, as an address and a length; none of it ends with NUL.
// One thread. A function that fails leaves a sentence in its sink, or does without where editing can go on.
#ifndef BELLJAR_CLI_LINE_EDITOR_BELLJAR_LINE_EDITOR_H_
#define BELLJAR_CLI_LINE_EDITOR_BELLJAR_LINE_EDITOR_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Takes one piece of text; what it points to is gone afterwards.
typedef struct {
  void* context;
  void (*put)(void* context, const char* text, size_t len);
} belljar_line_sink;

// Called while a line is edited. `cursor` is an offset into `text`.
typedef struct {
  void* context;
  // Puts each candidate for the text between the returned offset and the cursor.
  size_t (*complete)(void* context, const char* text, size_t len, size_t cursor, belljar_line_sink candidates);
  // Enter at the end of the text: true to hand it out, else puts what to insert instead.
  bool (*enter)(void* context, const char* text, size_t len, belljar_line_sink insertion);
  // Puts the text as it is shown: of the same width, with SGR sequences where there are to be colours.
  void (*display)(void* context, const char* text, size_t len, belljar_line_sink shown);
} belljar_line_callbacks;

typedef struct belljar_line_editor belljar_line_editor;

enum belljar_line_status {
  BELLJAR_LINE_READ = 0,         // the sink got the text
  BELLJAR_LINE_INTERRUPTED = 1,  // Ctrl-C, or bytes that are no UTF-8: what was typed is dropped
  BELLJAR_LINE_END = 2,          // Ctrl-D on an empty line, or the terminal is gone
  BELLJAR_LINE_FAILED = 3,       // the sink got what went wrong
};

// Null when the terminal cannot be used; the sink got the reason.
belljar_line_editor* belljar_line_editor_open(belljar_line_callbacks callbacks, bool coloured_prompt,
                                              belljar_line_sink error);
void belljar_line_editor_close(belljar_line_editor* editor);

enum belljar_line_status belljar_line_editor_read(belljar_line_editor* editor, const char* prompt, size_t len,
                                                  belljar_line_sink text);

void belljar_line_editor_remember(belljar_line_editor* editor, const char* text, size_t len);
// What was read before is recalled; a file that is not there is an empty one. False: the sink got the reason.
bool belljar_line_editor_load_history(belljar_line_editor* editor, const char* path, size_t len,
                                      belljar_line_sink error);
// Adds what was remembered since, keeping what other processes have added. The file's mode is 0600.
bool belljar_line_editor_append_history(belljar_line_editor* editor, const char* path, size_t len,
                                        belljar_line_sink error);

#ifdef __cplusplus
}
#endif

#endif  // BELLJAR_CLI_LINE_EDITOR_BELLJAR_LINE_EDITOR_H_
