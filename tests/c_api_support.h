/* What the tests of the C interface share: checks that say where they failed, and a session to try things on. */
#ifndef BELLJAR_TESTS_C_API_SUPPORT_H_
#define BELLJAR_TESTS_C_API_SUPPORT_H_

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "belljar/c/belljar.h"

extern int failures;

/* A check that holds, or a line on standard error. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

/* What must not fail: ends the program, since nothing after it would make sense. */
#define MUST(call) must((call), #call, __FILE__, __LINE__)

/* A call that must give this error, in words; the error is freed. */
#define FAILS(code, call) fails((code), (call), #call, __FILE__, __LINE__)

#define TEXT(literal) (literal), (sizeof(literal) - 1)

void check(bool holds, const char* what, const char* file, int line);
void must(belljar_error* error, const char* what, const char* file, int line);
void fails(belljar_code code, belljar_error* error, const char* what, const char* file, int line);

/* One for all tests. */
belljar_runtime* the_runtime(void);
belljar_session* open_session(const belljar_policy* policy);

/* Whether a cell ends with BELLJAR_STATUS_OK and prints this. */
bool prints(belljar_session* session, const char* source, const char* expected);

bool is_text(const char* found, const char* expected);

/* A tool that returns its first argument. */
void echo(void* context, belljar_tool_call* call);

void test_bad_input(void);
void test_a_policy_file(void);
void test_an_audit_log(void);
void test_http(void);
void test_mounts_and_files(void);

#endif /* BELLJAR_TESTS_C_API_SUPPORT_H_ */
