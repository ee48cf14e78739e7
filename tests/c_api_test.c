/* The C interface as a C program uses it: each function at least once. What it refuses is in c_api_bad_input_test.c. */
#include <math.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "c_api_support.h"

int failures = 0;

void check(bool holds, const char* what, const char* file, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  failures++;
}

void must(belljar_error* error, const char* what, const char* file, int line) {
  if (!error) return;
  fprintf(stderr, "%s:%d: %s: %s: %s\n", file, line, what, belljar_code_name(belljar_error_code(error)),
          belljar_error_message(error, NULL));
  exit(1);
}

void fails(belljar_code code, belljar_error* error, const char* what, const char* file, int line) {
  size_t size = 0;
  if (belljar_error_code(error) != code) {
    fprintf(stderr, "%s:%d: %s: %s instead of %s\n", file, line, what,
            error ? belljar_error_message(error, NULL) : "no error", belljar_code_name(code));
    failures++;
  } else if (strlen(belljar_error_message(error, &size)) != size || size < 10) {
    fprintf(stderr, "%s:%d: %s: no message\n", file, line, what);
    failures++;
  }
  belljar_error_free(error);
}

belljar_runtime* the_runtime(void) {
  static belljar_runtime* runtime;
  if (!runtime) MUST(belljar_runtime_create(NULL, &runtime));
  return runtime;
}

belljar_session* open_session(const belljar_policy* policy) {
  belljar_session* session;
  MUST(belljar_runtime_open(the_runtime(), policy, &session));
  return session;
}

bool is_text(const char* found, const char* expected) { return found && strcmp(found, expected) == 0; }

bool prints(belljar_session* session, const char* source, const char* expected) {
  belljar_result* result;
  bool as_expected;
  MUST(belljar_session_run(session, source, strlen(source), NULL, &result));
  as_expected = belljar_result_status(result) == BELLJAR_STATUS_OK && is_text(belljar_result_stdout(result, NULL), expected);
  if (!as_expected) {
    fprintf(stderr, "%s\nprinted: %s%s\n", source, belljar_result_stdout(result, NULL),
            belljar_result_error_traceback(result, NULL));
  }
  belljar_result_free(result);
  return as_expected;
}

static bool is_bundle(const belljar_bundle* bundle, const char* type, const char* data) {
  return is_text(belljar_bundle_find(bundle, type, strlen(type), NULL), data);
}

/* ---- versions and errors --------------------------------------------------------------------------------------- */

static void test_versions_and_names(void) {
  int major, minor, patch;
  CHECK(sscanf(belljar_version(), "%d.%d.%d", &major, &minor, &patch) == 3);
  CHECK(sscanf(belljar_python_version(), "%d.%d.%d", &major, &minor, &patch) == 3 && major == 3);
  CHECK(is_text(belljar_code_name(BELLJAR_ERROR_INVALID_ARGUMENT), "invalid_argument"));
  CHECK(is_text(belljar_code_name(BELLJAR_ERROR_GUEST), "guest"));
  CHECK(is_text(belljar_code_name((belljar_code)99), "unknown"));
  CHECK(is_text(belljar_status_name(BELLJAR_STATUS_TIME_LIMIT), "time_limit"));
  CHECK(is_text(belljar_status_name((belljar_status)99), "unknown"));
  CHECK(is_text(belljar_status_name((belljar_status)(256 + BELLJAR_STATUS_OK)), "unknown"));
}

static void test_an_error_says_what_and_what_to_do(void) {
  belljar_session* session;
  belljar_policy* policy = belljar_policy_create();
  belljar_limits limits;
  belljar_error* error;
  size_t size = 0;
  belljar_limits_init(&limits, sizeof limits);
  limits.memory = 1;
  MUST(belljar_policy_set_limits(policy, &limits));
  error = belljar_runtime_open(the_runtime(), policy, &session);
  CHECK(belljar_error_code(error) == BELLJAR_ERROR_INVALID_ARGUMENT);
  CHECK(strstr(belljar_error_message(error, &size), "memory limit") && size > 20);
  CHECK(strlen(belljar_error_hint(error, &size)) == size && size > 5);
  CHECK(session == NULL);
  belljar_error_free(error);
  belljar_policy_free(policy);
}

/* ---- runtime --------------------------------------------------------------------------------------------------- */

static void test_a_runtime_with_options(void) {
  belljar_runtime_options options;
  belljar_runtime* runtime;
  belljar_session *first, *second;
  belljar_runtime_options_init(&options, sizeof options);
  CHECK(options.struct_size == sizeof options && options.max_sessions == 100000 && options.idle_slots == 64);
  options.max_sessions = 1;
  MUST(belljar_runtime_create(&options, &runtime));
  CHECK(belljar_runtime_image_bytes(runtime) > 1 << 20);
  MUST(belljar_runtime_open(runtime, NULL, &first));
  FAILS(BELLJAR_ERROR_EXHAUSTED, belljar_runtime_open(runtime, NULL, &second));
  CHECK(second == NULL);
  belljar_runtime_free(runtime); /* the session goes on */
  CHECK(prints(first, "print('alone')", "alone\n"));
  belljar_session_free(first);
}

static void test_capabilities_and_payload(void) {
  belljar_capabilities* capabilities;
  bool is_any_available = false;
  size_t i, size;
  MUST(belljar_runtime_capabilities(the_runtime(), &capabilities));
  CHECK(belljar_capabilities_count(capabilities) > 0);
  for (i = 0; i < belljar_capabilities_count(capabilities); i++) {
    CHECK(strlen(belljar_capabilities_name(capabilities, i, &size)) == size && size > 0);
    CHECK(belljar_capabilities_detail(capabilities, i, NULL) != NULL);
    is_any_available = is_any_available || belljar_capabilities_is_available(capabilities, i);
  }
  CHECK(is_any_available);
  CHECK(belljar_capabilities_name(capabilities, i, &size) == NULL && size == 0);
  CHECK(belljar_capabilities_detail(capabilities, i, NULL) == NULL);
  CHECK(!belljar_capabilities_is_available(capabilities, i));
  belljar_capabilities_free(capabilities);
  MUST(belljar_payload_verify());
}

static void test_metrics(void) {
  belljar_runtime* runtime;
  belljar_session* session;
  belljar_metrics metrics;
  MUST(belljar_runtime_create(NULL, &runtime));
  MUST(belljar_runtime_open(runtime, NULL, &session));
  CHECK(prints(session, "print(1)", "1\n"));
  metrics.struct_size = sizeof metrics;
  MUST(belljar_runtime_metrics(runtime, &metrics));
  CHECK(metrics.struct_size == sizeof metrics);
  CHECK(metrics.sessions == 1 && metrics.opened == 1 && metrics.parked == 0 && metrics.max_live > 0);
  CHECK(metrics.runs_by_status[BELLJAR_STATUS_OK] == 1 && metrics.runs_by_status[BELLJAR_STATUS_TRAP] == 0);
  CHECK(metrics.runs.count == 1 && metrics.runs.total_ns > 0 && metrics.runs.max_ns == metrics.runs.total_ns);
  belljar_session_free(session);
  belljar_runtime_free(runtime);
}

/* ---- policy ---------------------------------------------------------------------------------------------------- */

static void test_a_policy_reaches_the_guest(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session;
  belljar_limits limits;
  belljar_limits_init(&limits, sizeof limits);
  CHECK(limits.memory == (uint64_t)256 << 20 && limits.cpu_ns == 10000000000u && limits.output == 1 << 20);
  limits.files = 4096;
  MUST(belljar_policy_set_limits(policy, &limits));
  MUST(belljar_policy_set_checkpoint(policy, BELLJAR_CHECKPOINT_MANUAL));
  MUST(belljar_policy_add_argument(policy, TEXT("program")));
  MUST(belljar_policy_add_argument(policy, TEXT("x")));
  MUST(belljar_policy_add_environment(policy, TEXT("COLOUR"), TEXT("red")));
  MUST(belljar_policy_add_file(policy, TEXT("data.bin"), "a\0b", 3));
  session = open_session(policy);
  belljar_policy_free(policy); /* the session has its own */
  CHECK(prints(session, "import sys, os\nprint(sys.argv, os.environ['COLOUR'], open('data.bin', 'rb').read())",
               "['program', 'x'] red b'a\\x00b'\n"));
  CHECK(prints(session, "try:\n  open('big', 'wb', 0).write(bytes(9999))\nexcept OSError as e: print(e.strerror)",
               "No space left on device\n"));
  belljar_session_free(session);
}

/* ---- running --------------------------------------------------------------------------------------------------- */

static void test_a_result_and_its_parts(void) {
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  belljar_run_usage usage;
  const belljar_bundle* value;
  size_t size;
  const char* source = "import sys\nprint('out\\0put')\nprint('err', file=sys.stderr)\ndisplay([1])\n{'a': 1}";
  MUST(belljar_session_run(session, source, strlen(source), NULL, &result));
  CHECK(belljar_result_status(result) == BELLJAR_STATUS_OK && !belljar_result_is_rolled_back(result));
  CHECK(memcmp(belljar_result_stdout(result, &size), "out\0put\n", 8) == 0 && size == 8);
  CHECK(is_text(belljar_result_stderr(result, &size), "err\n") && size == 4);
  CHECK(belljar_result_stdout_dropped(result) == 0 && belljar_result_stderr_dropped(result) == 0);
  CHECK(belljar_result_value_dropped(result) == 0);
  value = belljar_result_value(result);
  CHECK(is_bundle(value, "text/plain", "{'a': 1}") && is_bundle(value, "application/json", "{\"a\": 1}"));
  CHECK(belljar_bundle_count(value) == 2 && is_text(belljar_bundle_type(value, 0, &size), "text/plain") && size == 10);
  CHECK(is_text(belljar_bundle_data(value, 0, &size), "{'a': 1}") && size == 8);
  CHECK(belljar_bundle_type(value, 2, NULL) == NULL && belljar_bundle_data(value, 2, NULL) == NULL);
  CHECK(belljar_bundle_find(value, TEXT("image/png"), &size) == NULL && size == 0);
  CHECK(belljar_result_display_count(result) == 1 && is_bundle(belljar_result_display(result, 0), "text/plain", "[1]"));
  CHECK(belljar_result_display(result, 1) == NULL);
  CHECK(!belljar_result_has_error(result) && is_text(belljar_result_error_type(result, NULL), ""));
  usage.struct_size = sizeof usage;
  MUST(belljar_result_usage(result, &usage));
  CHECK(usage.wall_ns > 0 && usage.output_bytes == 12 && usage.memory_peak_bytes >= belljar_runtime_image_bytes(the_runtime()));
  belljar_result_free(result);
  belljar_session_free(session);
}

static void test_exceptions_and_exits(void) {
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  MUST(belljar_session_run(session, TEXT("raise ValueError('no')"), NULL, &result));
  CHECK(belljar_result_status(result) == BELLJAR_STATUS_EXCEPTION && belljar_result_has_error(result));
  CHECK(is_text(belljar_result_error_type(result, NULL), "ValueError"));
  CHECK(is_text(belljar_result_error_message(result, NULL), "no"));
  CHECK(strstr(belljar_result_error_traceback(result, NULL), "<cell 1>"));
  CHECK(belljar_bundle_count(belljar_result_value(result)) == 0);
  belljar_result_free(result);
  MUST(belljar_session_run(session, TEXT("import sys; sys.exit(7)"), NULL, &result));
  CHECK(belljar_result_status(result) == BELLJAR_STATUS_EXIT && belljar_result_exit_code(result) == 7);
  belljar_result_free(result);
  belljar_session_free(session);
}

typedef struct Seen {
  char output[64];
  char display[64];
  int streams;
} Seen;

static void on_output(void* context, belljar_stream stream, const char* data, size_t size) {
  Seen* seen = context;
  seen->streams |= (int)stream;
  if (strlen(seen->output) + size < sizeof seen->output) strncat(seen->output, data, size);
}

static void on_display(void* context, const belljar_bundle* bundle) {
  Seen* seen = context;
  snprintf(seen->display, sizeof seen->display, "%s", belljar_bundle_find(bundle, TEXT("text/plain"), NULL));
}

static void test_run_options(void) {
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  belljar_run_options options;
  Seen seen = {"", "", 0};
  int ends[2];
  belljar_run_options_init(&options, sizeof options);
  CHECK(options.wants_value && !options.reads_stdin_fd && options.stdin_fd == -1);
  options.filename = "job.py";
  options.filename_size = 6;
  options.stdin_data = "typed\n";
  options.stdin_size = 6;
  options.binds_value = true;
  options.on_output = on_output;
  options.on_display = on_display;
  options.context = &seen;
  MUST(belljar_session_run(session, TEXT("import sys\nprint(input())\nprint('e', file=sys.stderr)\ndisplay(5)\n6"),
                           &options, &result));
  CHECK(is_text(seen.output, "typed\ne\n") && seen.streams == (BELLJAR_STREAM_STDOUT | BELLJAR_STREAM_STDERR));
  CHECK(is_text(seen.display, "5") && belljar_result_display_count(result) == 0);
  CHECK(is_text(belljar_result_stdout(result, NULL), ""));
  belljar_result_free(result);

  CHECK(pipe(ends) == 0 && write(ends[1], "piped\n", 6) == 6 && close(ends[1]) == 0);
  belljar_run_options_init(&options, sizeof options);
  options.reads_stdin_fd = true;
  options.stdin_fd = ends[0];
  options.wants_value = false;
  options.is_script = options.is_last = true;
  options.filename = "/workspace/job.py";
  options.filename_size = 17;
  MUST(belljar_session_run(session, TEXT("print(input(), _, __file__)\n7"), &options, &result));
  CHECK(is_text(belljar_result_stdout(result, NULL), "piped 6 /workspace/job.py\n"));
  CHECK(belljar_bundle_count(belljar_result_value(result)) == 0);
  belljar_result_free(result);
  close(ends[0]);
  belljar_session_free(session);
}

static void* cancel_later(void* session) {
  const struct timespec pause = {0, 50000000};
  nanosleep(&pause, NULL);
  belljar_session_cancel(session);
  return NULL;
}

static void test_cancel_from_another_thread(void) {
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  pthread_t thread;
  CHECK(!belljar_session_is_stopping(session));
  CHECK(pthread_create(&thread, NULL, cancel_later, session) == 0);
  MUST(belljar_session_run(session, TEXT("while True: pass"), NULL, &result));
  pthread_join(thread, NULL);
  CHECK(belljar_result_status(result) == BELLJAR_STATUS_CANCELLED);
  belljar_result_free(result);
  CHECK(prints(session, "print('lives')", "lives\n"));
  belljar_session_free(session);
}

/* ---- state ----------------------------------------------------------------------------------------------------- */

static void test_forks(void) {
  belljar_session* session = open_session(NULL);
  belljar_session *child, *children[3];
  int i;
  CHECK(prints(session, "x = [1]", ""));
  MUST(belljar_session_fork(session, &child));
  CHECK(prints(child, "x.append(2); print(x)", "[1, 2]\n"));
  CHECK(prints(session, "print(x)", "[1]\n"));
  MUST(belljar_session_fork_many(child, 3, children));
  belljar_session_free(child);
  for (i = 0; i < 3; i++) {
    CHECK(prints(children[i], "x.append(3); print(x)", "[1, 2, 3]\n"));
    belljar_session_free(children[i]);
  }
  MUST(belljar_session_fork_many(session, 0, NULL));
  belljar_session_free(session);
}

static void test_snapshots_and_rollback(void) {
  belljar_session* session = open_session(NULL);
  belljar_session* resumed;
  belljar_snapshot *snapshot, *copy;
  CHECK(prints(session, "x = 1; open('f', 'w').write('one')", ""));
  MUST(belljar_session_snapshot(session, &snapshot));
  CHECK(belljar_snapshot_bytes(snapshot) > 0);
  CHECK(prints(session, "x = 2; open('f', 'w').write('two')", ""));
  MUST(belljar_session_rollback(session, snapshot));
  CHECK(prints(session, "print(x, open('f').read())", "1 one\n"));
  belljar_session_free(session);
  copy = belljar_snapshot_copy(snapshot);
  belljar_snapshot_free(snapshot);
  MUST(belljar_runtime_resume(the_runtime(), copy, NULL, &resumed)); /* the session is gone, its state is not */
  belljar_snapshot_free(copy);
  CHECK(prints(resumed, "print(x)", "1\n"));
  belljar_session_free(resumed);
}

static void test_suspend_and_load(void) {
  const belljar_key key = {{1, 2, 3}}, other = {{3, 2, 1}};
  char path[] = "/tmp/belljar-c-api-test-XXXXXX";
  belljar_session* session = open_session(NULL);
  belljar_snapshot* snapshot;
  belljar_buffer *plain, *locked;
  const char* data;
  size_t size = 0;
  CHECK(close(mkstemp(path)) == 0);
  CHECK(prints(session, "def f(): yield from 'ab'\ng = f(); print(next(g))", "a\n"));
  MUST(belljar_session_suspend(session, NULL, &plain));
  MUST(belljar_session_suspend(session, &key, &locked));
  MUST(belljar_session_suspend_to_file(session, path, strlen(path), &key));
  CHECK(prints(session, "print(next(g))", "b\n"));
  belljar_session_free(session);

  data = belljar_buffer_data(plain, &size);
  MUST(belljar_runtime_load(the_runtime(), data, size, NULL, 0, &snapshot));
  MUST(belljar_runtime_resume(the_runtime(), snapshot, NULL, &session));
  belljar_snapshot_free(snapshot);
  CHECK(prints(session, "print(next(g))", "b\n"));
  belljar_session_free(session);
  FAILS(BELLJAR_ERROR_EXHAUSTED, belljar_runtime_load(the_runtime(), data, size, NULL, 1, &snapshot));
  CHECK(snapshot == NULL);
  FAILS(BELLJAR_ERROR_CORRUPT, belljar_runtime_load(the_runtime(), data, size / 2, NULL, 0, &snapshot));
  belljar_buffer_free(plain);

  data = belljar_buffer_data(locked, &size);
  FAILS(BELLJAR_ERROR_CORRUPT, belljar_runtime_load(the_runtime(), data, size, &other, 0, &snapshot));
  FAILS(BELLJAR_ERROR_CORRUPT, belljar_runtime_load_file(the_runtime(), path, strlen(path), NULL, 0, &snapshot));
  MUST(belljar_runtime_load_file(the_runtime(), path, strlen(path), &key, 0, &snapshot));
  belljar_buffer_free(locked);

  MUST(belljar_snapshot_serialize(snapshot, NULL, &plain));
  CHECK(belljar_buffer_data(plain, &size) && size > 0);
  belljar_buffer_free(plain);
  MUST(belljar_snapshot_lock(snapshot, &plain));
  CHECK(belljar_buffer_data(plain, &size) && size == 0);  /* of no image */
  belljar_buffer_free(plain);
  MUST(belljar_snapshot_image_id(snapshot, &plain));
  CHECK(belljar_buffer_data(plain, &size) && size == 0);
  belljar_buffer_free(plain);
  MUST(belljar_snapshot_save(snapshot, path, strlen(path), NULL));
  belljar_snapshot_free(snapshot);
  MUST(belljar_runtime_load_file(the_runtime(), path, strlen(path), NULL, 0, &snapshot));
  belljar_snapshot_free(snapshot);
  CHECK(unlink(path) == 0);
  FAILS(BELLJAR_ERROR_NOT_FOUND, belljar_runtime_load_file(the_runtime(), path, strlen(path), NULL, 0, &snapshot));
}

static void test_parking_and_usage(void) {
  belljar_session* session = open_session(NULL);
  belljar_usage usage;
  CHECK(prints(session, "x = 5; print('a')", "a\n"));
  MUST(belljar_session_park(session));
  usage.struct_size = sizeof usage;
  MUST(belljar_session_usage(session, &usage));
  CHECK(usage.is_parked && usage.runs == 1 && usage.output_bytes == 2 && usage.wall_ns > 0);
  CHECK(prints(session, "print(x)", "5\n"));
  MUST(belljar_session_usage(session, &usage));
  CHECK(!usage.is_parked && usage.runs == 2 && usage.memory_bytes > 0);
  belljar_session_free(session);
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

static belljar_value* one_of_each(void) {
  belljar_value* map = belljar_value_map();
  belljar_value* list = belljar_value_list();
  const unsigned char two_to_64[] = {0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  MUST(belljar_value_append(list, belljar_value_null()));
  MUST(belljar_value_append(list, belljar_value_bool(true)));
  MUST(belljar_value_append(list, belljar_value_int(-7)));
  MUST(belljar_value_append(list, belljar_value_uint(UINT64_MAX)));
  MUST(belljar_value_append(list, belljar_value_big_int(true, two_to_64, sizeof two_to_64)));
  MUST(belljar_value_append(list, belljar_value_float(0.5)));
  MUST(belljar_value_append(list, belljar_value_string(TEXT("h\xc3\xa9\0!"))));
  MUST(belljar_value_append(list, belljar_value_bytes("\0\xff", 2)));
  MUST(belljar_value_insert(map, TEXT("all"), list));
  return map;
}

static void test_values_are_looked_at(void) {
  belljar_value* map = one_of_each();
  belljar_value* copy = belljar_value_copy(map);
  const belljar_value* list = belljar_value_find(map, TEXT("all"));
  bool truth = false;
  int64_t number = 0;
  double real = 0;
  size_t size = 0;
  CHECK(belljar_value_get_type(map) == BELLJAR_VALUE_MAP && belljar_value_count(map) == 1);
  CHECK(is_text(belljar_value_key_at(map, 0, &size), "all") && size == 3 && belljar_value_at(map, 0) == list);
  CHECK(belljar_value_key_at(map, 1, &size) == NULL && belljar_value_find(map, TEXT("none")) == NULL);
  CHECK(belljar_value_get_type(list) == BELLJAR_VALUE_LIST && belljar_value_count(list) == 8);
  CHECK(belljar_value_get_type(belljar_value_at(list, 0)) == BELLJAR_VALUE_NULL);
  CHECK(belljar_value_get_bool(belljar_value_at(list, 1), &truth) && truth);
  CHECK(belljar_value_get_int(belljar_value_at(list, 2), &number) && number == -7);
  CHECK(belljar_value_is_negative(belljar_value_at(list, 2)) && !belljar_value_is_negative(belljar_value_at(list, 3)));
  CHECK(belljar_value_get_type(belljar_value_at(list, 3)) == BELLJAR_VALUE_BIG_INT);
  CHECK(belljar_value_get_bytes(belljar_value_at(list, 3), &size) && size == 8);
  CHECK(belljar_value_is_negative(belljar_value_at(list, 4)));
  CHECK(memcmp(belljar_value_get_bytes(belljar_value_at(list, 4), &size), "\1\0\0\0\0\0\0\0\0", 9) == 0 && size == 9);
  CHECK(belljar_value_get_float(belljar_value_at(list, 5), &real) && real == 0.5);
  CHECK(memcmp(belljar_value_get_string(belljar_value_at(list, 6), &size), "h\xc3\xa9\0!", 5) == 0 && size == 5);
  CHECK(memcmp(belljar_value_get_bytes(belljar_value_at(list, 7), &size), "\0\xff", 2) == 0 && size == 2);
  CHECK(belljar_value_at(list, 8) == NULL);
  CHECK(belljar_value_equal(map, copy) && !belljar_value_equal(map, list));
  belljar_value_free(map);
  CHECK(belljar_value_count(belljar_value_find(copy, TEXT("all"))) == 8); /* nothing is shared */
  belljar_value_free(copy);
}

static void test_values_are_json(void) {
  const char* text = "{\"a\": [null, true, -1, 0.5, \"\xc3\xa9\", 18446744073709551616]}";
  belljar_value* value;
  belljar_buffer* json;
  size_t size = 0;
  MUST(belljar_value_from_json(text, strlen(text), &value));
  CHECK(belljar_value_count(belljar_value_find(value, TEXT("a"))) == 6);
  MUST(belljar_value_to_json(value, &json));
  CHECK(is_text(belljar_buffer_data(json, &size), text) && size == strlen(text));
  belljar_buffer_free(json);
  belljar_value_free(value);
}

static void test_a_big_integer_that_is_small(void) {
  const unsigned char least[] = {0x80, 0, 0, 0, 0, 0, 0, 0};
  belljar_value* value = belljar_value_big_int(true, least, sizeof least);
  int64_t number = 0;
  CHECK(belljar_value_get_int(value, &number) && number == INT64_MIN);
  belljar_value_free(value);
  value = belljar_value_big_int(false, least, sizeof least);
  CHECK(belljar_value_get_type(value) == BELLJAR_VALUE_BIG_INT && !belljar_value_is_negative(value));
  belljar_value_free(value);
  value = belljar_value_big_int(true, NULL, 0);
  CHECK(belljar_value_get_int(value, &number) && number == 0);
  belljar_value_free(value);
}

static void test_values_cross_and_come_back(void) {
  belljar_session* session = open_session(NULL);
  belljar_value* sent = one_of_each();
  belljar_value* got;
  MUST(belljar_session_define(session, TEXT("data"), sent));
  CHECK(prints(session, "print(data)", "{'all': [None, True, -7, 18446744073709551615, -18446744073709551616, 0.5, "
                                       "'h\xc3\xa9\\x00!', b'\\x00\\xff']}\n"));
  MUST(belljar_session_get(session, TEXT("data"), &got));
  CHECK(belljar_value_equal(sent, got));
  belljar_value_free(got);
  belljar_value_free(sent);
  FAILS(BELLJAR_ERROR_NOT_FOUND, belljar_session_get(session, TEXT("nothing"), &got));
  CHECK(got == NULL);
  belljar_session_free(session);
}

/* ---- tools ----------------------------------------------------------------------------------------------------- */

void echo(void* context, belljar_tool_call* call) {
  const belljar_value* argument = belljar_tool_call_positional(call, 0);
  if (!argument) argument = belljar_tool_call_named(call, 0);
  if (context) ++*(int*)context;
  MUST(belljar_tool_call_return(call, belljar_value_copy(argument)));
}

static void count_down(void* context) { --*(int*)context; }

/* Multiplies `a` by `by`; refuses zero; for `by == 1` says nothing, which is None. */
static void multiply(void* context, belljar_tool_call* call) {
  int64_t a = 0, by = 0;
  size_t size = 0;
  (void)context;
  CHECK(is_text(belljar_tool_call_tool(call, &size), "multiply") && size == 8);
  CHECK(belljar_tool_call_positional_count(call) == 0 && belljar_tool_call_named_count(call) == 2);
  CHECK(is_text(belljar_tool_call_name_at(call, 0, NULL), "a") && belljar_tool_call_name_at(call, 2, NULL) == NULL);
  CHECK(belljar_tool_call_named(call, 1) == belljar_tool_call_find(call, TEXT("by")));
  CHECK(!belljar_tool_call_is_cancelled(call));
  if (!belljar_value_get_int(belljar_tool_call_find(call, TEXT("a")), &a) ||
      !belljar_value_get_int(belljar_tool_call_find(call, TEXT("by")), &by) || by == 0) {
    MUST(belljar_tool_call_raise(call, TEXT("ValueError"), TEXT("not by that")));
  } else if (by != 1) {
    MUST(belljar_tool_call_return(call, belljar_value_int(a * by)));
    MUST(belljar_tool_call_return(call, belljar_value_int(-1))); /* the first counts */
  }
}

static void test_a_tool(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session;
  belljar_tool tool;
  int uses = 1;
  belljar_tool_init(&tool, sizeof tool);
  CHECK(tool.max_calls == 10000 && tool.timeout_ns == 0 && !tool.is_async);
  tool.name = "multiply";
  tool.name_size = 8;
  tool.signature = "(a: int, by: int = 2) -> int";
  tool.signature_size = strlen(tool.signature);
  tool.doc = "Multiplies.";
  tool.doc_size = strlen(tool.doc);
  tool.function = multiply;
  tool.context = &uses;
  tool.free_context = count_down;
  MUST(belljar_policy_add_tool(policy, &tool));
  session = open_session(policy);
  belljar_policy_free(policy);
  CHECK(prints(session, "print(multiply(21), multiply(3, by=5), multiply(3, 1), multiply.__doc__)", "42 15 None Multiplies.\n"));
  CHECK(prints(session, "try: multiply(1, 0)\nexcept ValueError as e: print(e)", "not by that\n"));
  CHECK(uses == 1);
  belljar_session_free(session);
  CHECK(uses == 0);
}

typedef struct Pending {
  belljar_tool_call* calls[2];
  int count;
} Pending;

static void* finish_both(void* context) {
  Pending* pending = context;
  MUST(belljar_tool_call_return(pending->calls[1], belljar_value_string(TEXT("second"))));
  belljar_tool_call_free(pending->calls[1]);
  belljar_tool_call_free(pending->calls[0]); /* without a result */
  return NULL;
}

/* The first call waits for the second one; then a thread of ours ends both. */
static void start(void* context, belljar_tool_call* call) {
  Pending* pending = context;
  pthread_t thread;
  pending->calls[pending->count++] = call;
  if (pending->count < 2) return;
  CHECK(pthread_create(&thread, NULL, finish_both, pending) == 0);
  pthread_detach(thread);
}

static void test_asynchronous_calls_end_in_any_order_on_any_thread(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session;
  belljar_tool tool;
  Pending pending = {{NULL, NULL}, 0};
  belljar_tool_init(&tool, sizeof tool);
  tool.name = "fetch";
  tool.name_size = 5;
  tool.start = start;
  tool.is_async = true;
  tool.context = &pending;
  MUST(belljar_policy_add_tool(policy, &tool));
  session = open_session(policy);
  belljar_policy_free(policy);
  CHECK(prints(session, "import asyncio\nprint(await asyncio.gather(fetch(0), fetch(1), return_exceptions=True))",
               "[RuntimeError('the tool gave no result'), 'second']\n"));
  belljar_session_free(session);
}

int main(int count, char** arguments) {
  static const struct {
    const char* name;
    void (*run)(void);
  } tests[] = {
      {"versions_and_names", test_versions_and_names},
      {"an_error_says_what_and_what_to_do", test_an_error_says_what_and_what_to_do},
      {"a_runtime_with_options", test_a_runtime_with_options},
      {"capabilities_and_payload", test_capabilities_and_payload},
      {"metrics", test_metrics},
      {"a_policy_reaches_the_guest", test_a_policy_reaches_the_guest},
      {"a_policy_file", test_a_policy_file},
      {"an_audit_log", test_an_audit_log},
      {"http", test_http},
      {"a_result_and_its_parts", test_a_result_and_its_parts},
      {"exceptions_and_exits", test_exceptions_and_exits},
      {"run_options", test_run_options},
      {"cancel_from_another_thread", test_cancel_from_another_thread},
      {"forks", test_forks},
      {"snapshots_and_rollback", test_snapshots_and_rollback},
      {"suspend_and_load", test_suspend_and_load},
      {"parking_and_usage", test_parking_and_usage},
      {"mounts_and_files", test_mounts_and_files},
      {"values_are_looked_at", test_values_are_looked_at},
      {"values_are_json", test_values_are_json},
      {"a_big_integer_that_is_small", test_a_big_integer_that_is_small},
      {"values_cross_and_come_back", test_values_cross_and_come_back},
      {"a_tool", test_a_tool},
      {"asynchronous_calls", test_asynchronous_calls_end_in_any_order_on_any_thread},
      {"bad_input", test_bad_input},
  };
  size_t i;
  for (i = 0; i < sizeof tests / sizeof *tests; i++) {
    const int before = failures;
    if (count > 1 && strcmp(arguments[1], tests[i].name) != 0) continue;
    tests[i].run();
    printf("%s %s\n", failures == before ? "ok    " : "FAILED", tests[i].name);
  }
  belljar_runtime_free(the_runtime());
  return failures ? 1 : 0;
}
