/* belljar in a C program: a sandbox, a value in, a cell, a value out.
 *
 * Prints:
 *   words: 3
 *   error: not_found: ...
 */
#include <belljar/c/belljar.h>
#include <stdio.h>
#include <string.h>

/* Every function that can fail returns NULL, or an error to be freed. */
static int failed(belljar_error* error) {
  if (!error) return 0;
  printf("error: %s: %s\n", belljar_code_name(belljar_error_code(error)), belljar_error_message(error, NULL));
  belljar_error_free(error);
  return 1;
}

int main(void) {
  belljar_runtime* runtime = NULL; /* once per process */
  belljar_session* session = NULL; /* a sandbox with default limits */
  if (failed(belljar_runtime_create(NULL, &runtime)) || failed(belljar_runtime_open(runtime, NULL, &session))) return 1;

  /* Text and bytes always have a length. */
  const char* text = "one two three";
  belljar_value* value = belljar_value_string(text, strlen(text));
  if (failed(belljar_session_define(session, "text", 4, value))) return 1;
  belljar_value_free(value);

  const char* cell = "words = len(text.split())";
  belljar_result* result = NULL;
  if (failed(belljar_session_run(session, cell, strlen(cell), NULL, &result))) return 1;
  if (belljar_result_status(result) != BELLJAR_STATUS_OK) puts(belljar_result_error_traceback(result, NULL));
  belljar_result_free(result);

  int64_t words = 0;
  if (failed(belljar_session_get(session, "words", 5, &value))) return 1;
  if (belljar_value_get_int(value, &words)) printf("words: %d\n", (int)words);
  belljar_value_free(value);

  failed(belljar_session_get(session, "nothing", 7, &value)); /* what went wrong, in words */
  belljar_session_free(session);
  belljar_runtime_free(runtime);
  return 0;
}
