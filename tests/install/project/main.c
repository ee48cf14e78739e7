#include <belljar/c/belljar.h>
#include <stdio.h>
#include <string.h>

static int fail(belljar_error* error) {
  puts(belljar_error_message(error, NULL));
  belljar_error_free(error);
  return 1;
}

int main(void) {
  belljar_runtime* runtime;
  belljar_session* session;
  belljar_result* result;
  const char* source = "print(6 * 7)";
  belljar_error* error = belljar_runtime_create(NULL, &runtime);
  if (error) return fail(error);
  error = belljar_runtime_open(runtime, NULL, &session);
  if (error) return fail(error);
  error = belljar_session_run(session, source, strlen(source), NULL, &result);
  if (error) return fail(error);
  fputs(belljar_result_stdout(result, NULL), stdout);
  belljar_result_free(result);
  belljar_session_free(session);
  belljar_runtime_free(runtime);
  return 0;
}
