/* What a C program can get wrong, and hostile values: a defined error or a defined value each time, never a crash. */
#include <float.h>
#include <math.h>

#include "c_api_support.h"

#define REFUSED(call) FAILS(BELLJAR_ERROR_INVALID_ARGUMENT, call)

/* ---- NULL ------------------------------------------------------------------------------------------------------ */

static void null_runtime_and_policy(void) {
  belljar_runtime* runtime = the_runtime();
  belljar_session* session;
  belljar_snapshot* snapshot;
  belljar_capabilities* capabilities;
  belljar_metrics metrics = {.struct_size = sizeof metrics};
  belljar_limits limits;
  belljar_tool tool;
  belljar_limits_init(&limits, sizeof limits);
  belljar_tool_init(&tool, sizeof tool);
  REFUSED(belljar_runtime_create(NULL, NULL));
  REFUSED(belljar_runtime_open(NULL, NULL, &session));
  REFUSED(belljar_runtime_open(runtime, NULL, NULL));
  REFUSED(belljar_runtime_resume(NULL, NULL, NULL, &session));
  REFUSED(belljar_runtime_resume(runtime, NULL, NULL, &session));
  REFUSED(belljar_runtime_load(NULL, "", 0, NULL, 0, &snapshot));
  REFUSED(belljar_runtime_load(runtime, NULL, 1, NULL, 0, &snapshot));
  REFUSED(belljar_runtime_load_file(NULL, TEXT("/x"), NULL, 0, &snapshot));
  REFUSED(belljar_runtime_load_file(runtime, NULL, 0, NULL, 0, &snapshot));
  REFUSED(belljar_runtime_load_file(runtime, TEXT("/dev/null\0.x"), NULL, 0, &snapshot));
  REFUSED(belljar_runtime_metrics(NULL, &metrics));
  REFUSED(belljar_runtime_metrics(runtime, NULL));
  REFUSED(belljar_runtime_capabilities(NULL, &capabilities));
  REFUSED(belljar_runtime_capabilities(runtime, NULL));
  REFUSED(belljar_policy_set_limits(NULL, &limits));
  REFUSED(belljar_policy_set_checkpoint(NULL, BELLJAR_CHECKPOINT_MANUAL));
  REFUSED(belljar_policy_add_argument(NULL, TEXT("a")));
  REFUSED(belljar_policy_add_environment(NULL, TEXT("a"), TEXT("b")));
  REFUSED(belljar_policy_add_file(NULL, TEXT("a"), TEXT("b")));
  REFUSED(belljar_policy_add_module(NULL, TEXT("a")));
  REFUSED(belljar_policy_add_rule(NULL, TEXT("a")));
  REFUSED(belljar_policy_add_secret(NULL, TEXT("a"), TEXT("b"), TEXT("c"), NULL, 0));
  REFUSED(belljar_policy_set_network_limits(NULL, NULL));
  REFUSED(belljar_policy_set_proxy(NULL, NULL, 0));
  REFUSED(belljar_policy_set_ca_file(NULL, NULL, 0));
  REFUSED(belljar_policy_set_http_handler(NULL, NULL, NULL, NULL));
  REFUSED(belljar_http_response_set_status(NULL, 200));
  REFUSED(belljar_http_response_add_header(NULL, NULL, 0, NULL, 0));
  REFUSED(belljar_http_response_set_body(NULL, NULL, 0));
  REFUSED(belljar_http_response_set_error(NULL, NULL, 0));
  CHECK(belljar_http_request_header_count(NULL) == 0 && belljar_http_request_header_value(NULL, 0, NULL) == NULL);
  REFUSED(belljar_policy_set_audit(NULL, NULL));
  REFUSED(belljar_policy_explain(NULL, false, NULL));
  REFUSED(belljar_policy_parse(NULL, 1, NULL, 0, NULL, NULL, NULL));
  REFUSED(belljar_audit_log_open(TEXT("/x"), true, NULL));
  CHECK(belljar_policy_file_policy(NULL) == NULL && belljar_audit_log_lost(NULL) == 0);
  CHECK(is_text(belljar_policy_file_image(NULL, NULL), "") && is_text(belljar_policy_file_audit_file(NULL, NULL), ""));
  belljar_mount mount;
  belljar_mount_init(&mount, sizeof mount);
  REFUSED(belljar_policy_add_mount(NULL, &mount));
  belljar_policy* policy = belljar_policy_create();
  REFUSED(belljar_policy_add_mount(policy, NULL));
  mount.mode = (belljar_mount_mode)3;
  REFUSED(belljar_policy_add_mount(policy, &mount));
  belljar_policy_free(policy);
  REFUSED(belljar_policy_add_tool(NULL, &tool));
  CHECK(belljar_runtime_image_bytes(NULL) == 0);
}

static void null_session(void) {
  belljar_session* session = open_session(NULL);
  belljar_session* child;
  belljar_result* result;
  belljar_snapshot* snapshot;
  belljar_buffer* buffer;
  belljar_value* value;
  belljar_usage usage = {.struct_size = sizeof usage};
  REFUSED(belljar_session_run(NULL, TEXT("1"), NULL, &result));
  CHECK(result == NULL);
  REFUSED(belljar_session_run(session, TEXT("1"), NULL, NULL));
  REFUSED(belljar_session_run(session, NULL, 1, NULL, &result));
  REFUSED(belljar_session_run(session, "1", (size_t)-1, NULL, &result));
  MUST(belljar_session_run(session, NULL, 0, NULL, &result)); /* an empty cell */
  belljar_result_free(result);
  REFUSED(belljar_session_fork(NULL, &child));
  REFUSED(belljar_session_fork(session, NULL));
  REFUSED(belljar_session_fork_many(NULL, 1, &child));
  REFUSED(belljar_session_fork_many(session, 1, NULL));
  REFUSED(belljar_session_fork_many(session, (size_t)-1, &child));
  REFUSED(belljar_session_snapshot(NULL, &snapshot));
  REFUSED(belljar_session_snapshot(session, NULL));
  REFUSED(belljar_session_rollback(NULL, NULL));
  REFUSED(belljar_session_rollback(session, NULL));
  REFUSED(belljar_session_suspend(NULL, NULL, &buffer));
  REFUSED(belljar_session_suspend(session, NULL, NULL));
  REFUSED(belljar_session_suspend_to_file(NULL, TEXT("/x"), NULL));
  REFUSED(belljar_session_suspend_to_file(session, NULL, 0, NULL));
  REFUSED(belljar_session_park(NULL));
  REFUSED(belljar_session_define(NULL, TEXT("x"), NULL));
  REFUSED(belljar_session_define(session, TEXT("x"), NULL));
  REFUSED(belljar_session_get(NULL, TEXT("x"), &value));
  REFUSED(belljar_session_get(session, TEXT("x"), NULL));
  REFUSED(belljar_session_get(session, NULL, 1, &value));
  REFUSED(belljar_session_usage(NULL, &usage));
  REFUSED(belljar_session_usage(session, NULL));
  REFUSED(belljar_session_read_file(NULL, TEXT("f"), 1, &buffer));
  REFUSED(belljar_session_read_file(session, NULL, 1, 1, &buffer));
  REFUSED(belljar_session_read_file(session, TEXT("f"), 1, NULL));
  REFUSED(belljar_session_write_file(NULL, TEXT("f"), TEXT("x")));
  REFUSED(belljar_session_write_file(session, TEXT("f"), NULL, 1));
  REFUSED(belljar_session_upload(NULL, TEXT("/x"), TEXT("x")));
  REFUSED(belljar_session_upload(session, NULL, 0, TEXT("x")));
  REFUSED(belljar_session_download(NULL, TEXT("x"), TEXT("/x")));
  REFUSED(belljar_session_download(session, TEXT("x"), NULL, 0));
  REFUSED(belljar_session_changes(NULL, &value));
  REFUSED(belljar_session_changes(session, NULL));
  REFUSED(belljar_session_diff(NULL, &buffer));
  REFUSED(belljar_session_diff(session, NULL));
  REFUSED(belljar_session_export_changes(NULL, TEXT("/x"), NULL, 0));
  REFUSED(belljar_session_export_changes(session, TEXT("/x"), NULL, 0)); /* nothing is mounted */
  belljar_session_cancel(NULL);
  CHECK(!belljar_session_is_stopping(NULL));
  belljar_session_free(session);
}

static void null_snapshot_result_and_others(void) {
  belljar_buffer* buffer;
  belljar_run_usage usage = {.struct_size = sizeof usage};
  size_t size = 1;
  REFUSED(belljar_snapshot_serialize(NULL, NULL, &buffer));
  REFUSED(belljar_snapshot_lock(NULL, &buffer));
  REFUSED(belljar_snapshot_image_id(NULL, &buffer));
  REFUSED(belljar_snapshot_save(NULL, TEXT("/x"), NULL));
  CHECK(belljar_snapshot_copy(NULL) == NULL && belljar_snapshot_bytes(NULL) == 0);
  CHECK((int)belljar_result_status(NULL) == -1 && !belljar_result_is_rolled_back(NULL));
  CHECK(is_text(belljar_result_stdout(NULL, &size), "") && size == 0 && is_text(belljar_result_stderr(NULL, NULL), ""));
  CHECK(belljar_result_stdout_dropped(NULL) == 0 && belljar_result_stderr_dropped(NULL) == 0);
  CHECK(belljar_result_value_dropped(NULL) == 0 && belljar_result_value(NULL) == NULL);
  CHECK(belljar_result_display_count(NULL) == 0 && belljar_result_display(NULL, 0) == NULL);
  CHECK(!belljar_result_has_error(NULL) && is_text(belljar_result_error_type(NULL, NULL), ""));
  CHECK(is_text(belljar_result_error_message(NULL, NULL), "") && is_text(belljar_result_error_traceback(NULL, NULL), ""));
  CHECK(belljar_result_exit_code(NULL) == 0);
  REFUSED(belljar_result_usage(NULL, &usage));
  CHECK(belljar_bundle_count(NULL) == 0 && belljar_bundle_type(NULL, 0, NULL) == NULL);
  CHECK(belljar_bundle_data(NULL, 0, NULL) == NULL && belljar_bundle_find(NULL, TEXT("a"), NULL) == NULL);
  CHECK(belljar_capabilities_count(NULL) == 0 && belljar_capabilities_name(NULL, 0, NULL) == NULL);
  CHECK(is_text(belljar_buffer_data(NULL, &size), ""));
  CHECK(belljar_error_code(NULL) == BELLJAR_ERROR_NONE && is_text(belljar_error_message(NULL, NULL), ""));
  CHECK(is_text(belljar_error_hint(NULL, NULL), ""));
  belljar_runtime_options_init(NULL, sizeof(belljar_runtime_options));
  belljar_run_options_init(NULL, sizeof(belljar_run_options));
}

static void null_values_and_calls(void) {
  belljar_value* list = belljar_value_list();
  bool truth;
  int64_t number;
  double real;
  CHECK(belljar_value_string(NULL, 1) == NULL && belljar_value_bytes(NULL, 1) == NULL);
  CHECK(belljar_value_big_int(false, NULL, 1) == NULL && belljar_value_copy(NULL) == NULL);
  CHECK(belljar_value_string("x", (size_t)-1) == NULL);
  REFUSED(belljar_value_append(NULL, belljar_value_null()));
  REFUSED(belljar_value_append(list, NULL));
  REFUSED(belljar_value_append(list, list));
  REFUSED(belljar_value_insert(list, TEXT("key"), belljar_value_null())); /* no map */
  REFUSED(belljar_value_insert(NULL, TEXT("key"), belljar_value_null()));
  REFUSED(belljar_value_insert(NULL, TEXT("key"), NULL));
  CHECK(belljar_value_get_type(NULL) == BELLJAR_VALUE_NULL && belljar_value_count(NULL) == 0);
  CHECK(!belljar_value_get_bool(NULL, &truth) && !belljar_value_get_int(NULL, &number));
  CHECK(!belljar_value_get_float(NULL, &real) && !belljar_value_get_int(list, &number));
  CHECK(!belljar_value_get_bool(list, NULL) && !belljar_value_is_negative(NULL));
  CHECK(belljar_value_get_string(NULL, NULL) == NULL && belljar_value_get_bytes(list, NULL) == NULL);
  CHECK(belljar_value_at(NULL, 0) == NULL && belljar_value_at(list, 0) == NULL);
  CHECK(belljar_value_key_at(list, 0, NULL) == NULL && belljar_value_find(NULL, TEXT("k")) == NULL);
  CHECK(belljar_value_equal(NULL, NULL) && !belljar_value_equal(list, NULL));
  belljar_value_free(list);
  CHECK(is_text(belljar_tool_call_tool(NULL, NULL), "") && belljar_tool_call_positional_count(NULL) == 0);
  CHECK(belljar_tool_call_positional(NULL, 0) == NULL && belljar_tool_call_named_count(NULL) == 0);
  CHECK(belljar_tool_call_name_at(NULL, 0, NULL) == NULL && belljar_tool_call_named(NULL, 0) == NULL);
  CHECK(belljar_tool_call_find(NULL, TEXT("a")) == NULL && !belljar_tool_call_is_cancelled(NULL));
  REFUSED(belljar_tool_call_return(NULL, belljar_value_null()));
  REFUSED(belljar_tool_call_raise(NULL, TEXT("E"), TEXT("m")));
}

static void freeing_null_does_nothing(void) {
  belljar_runtime_free(NULL);
  belljar_session_free(NULL);
  belljar_policy_free(NULL);
  belljar_result_free(NULL);
  belljar_snapshot_free(NULL);
  belljar_value_free(NULL);
  belljar_tool_call_free(NULL);
  belljar_buffer_free(NULL);
  belljar_capabilities_free(NULL);
  belljar_error_free(NULL);
}

/* ---- structs --------------------------------------------------------------------------------------------------- */

static void wrong_struct_sizes(void) {
  static const size_t wrong[] = {0, 1, 8, 17, 4104, (size_t)-1, (size_t)-8};
  belljar_policy* policy = belljar_policy_create();
  belljar_metrics metrics;
  belljar_limits limits;
  size_t i;
  belljar_limits_init(&limits, sizeof limits);
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    limits.struct_size = wrong[i];
    REFUSED(belljar_policy_set_limits(policy, &limits));
    metrics.struct_size = wrong[i];
    REFUSED(belljar_runtime_metrics(the_runtime(), &metrics));
  }
  belljar_policy_free(policy);
}

/* A program compiled against an older, shorter struct, and one against a newer, longer one. */
static void structs_of_other_versions(void) {
  struct {
    belljar_run_options known;
    uint64_t unknown;
  } later;
  struct {
    size_t struct_size;
    uint32_t sessions, parked;
    uint64_t not_ours;
  } earlier = {16, 7, 7, 7};
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  belljar_run_options options;

  belljar_run_options_init(&later.known, sizeof later);
  CHECK(later.known.struct_size == sizeof later && later.unknown == 0);
  later.known.filename = "later.py";
  later.known.filename_size = 8;
  MUST(belljar_session_run(session, TEXT("1/0"), &later.known, &result));
  CHECK(strstr(belljar_result_error_traceback(result, NULL), "later.py"));
  belljar_result_free(result);
  later.unknown = 1;
  REFUSED(belljar_session_run(session, TEXT("1"), &later.known, &result));

  memset(&options, 0xff, sizeof options); /* what is not ours would crash */
  belljar_run_options_init(&options, offsetof(belljar_run_options, is_script));
  CHECK(options.context != NULL); /* nothing was written behind the size */
  MUST(belljar_session_run(session, TEXT("42"), &options, &result));
  CHECK(is_text(belljar_bundle_find(belljar_result_value(result), TEXT("text/plain"), NULL), "42"));
  belljar_result_free(result);

  MUST(belljar_runtime_metrics(the_runtime(), (belljar_metrics*)&earlier));
  CHECK(earlier.sessions == 1 && earlier.parked == 0 && earlier.not_ours == 7);
  belljar_session_free(session);
}

static void impossible_options(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  belljar_limits limits;
  belljar_run_options options;
  belljar_runtime_options runtime_options;
  belljar_runtime* runtime;
  belljar_limits_init(&limits, sizeof limits);
  limits.wall_ns = UINT64_MAX;
  REFUSED(belljar_policy_set_limits(policy, &limits));
  REFUSED(belljar_policy_set_checkpoint(policy, (belljar_checkpoint)2));
  REFUSED(belljar_policy_add_argument(policy, NULL, 1));
  REFUSED(belljar_policy_add_environment(policy, NULL, 1, NULL, 0));
  REFUSED(belljar_policy_add_file(policy, TEXT("f"), NULL, 1));
  REFUSED(belljar_policy_add_file(policy, TEXT("f"), "", (size_t)-1));
  belljar_run_options_init(&options, sizeof options);
  options.reads_stdin_fd = true;
  REFUSED(belljar_session_run(session, TEXT("1"), &options, &result));
  belljar_run_options_init(&options, sizeof options);
  options.filename_size = 1;
  REFUSED(belljar_session_run(session, TEXT("1"), &options, &result));
  belljar_runtime_options_init(&runtime_options, sizeof runtime_options);
  runtime_options.park_after_ns = UINT64_MAX;
  REFUSED(belljar_runtime_create(&runtime_options, &runtime));
  CHECK(runtime == NULL);
  belljar_session_free(session);
  belljar_policy_free(policy);
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

static void text_that_is_not_utf_8(void) {
  static const char* const not_utf_8[] = {"\xff", "a\x80", "\xc0\x80", "\xed\xa0\x80" /* a surrogate */, "\xf5\x80\x80\x80"};
  belljar_session* session = open_session(NULL);
  belljar_result* result;
  size_t i;
  for (i = 0; i < sizeof not_utf_8 / sizeof *not_utf_8; i++) {
    belljar_value* text = belljar_value_string(not_utf_8[i], strlen(not_utf_8[i]));
    belljar_value* map = belljar_value_map();
    belljar_policy* policy = belljar_policy_create();
    belljar_session* none;
    REFUSED(belljar_session_run(session, not_utf_8[i], strlen(not_utf_8[i]), NULL, &result));
    REFUSED(belljar_session_define(session, TEXT("x"), text));
    REFUSED(belljar_session_define(session, not_utf_8[i], strlen(not_utf_8[i]), text));
    MUST(belljar_value_insert(map, not_utf_8[i], strlen(not_utf_8[i]), text));
    REFUSED(belljar_session_define(session, TEXT("x"), map));
    belljar_value_free(map);
    MUST(belljar_policy_add_argument(policy, not_utf_8[i], strlen(not_utf_8[i])));
    REFUSED(belljar_runtime_open(the_runtime(), policy, &none));
    belljar_policy_free(policy);
  }
  REFUSED(belljar_session_run(session, TEXT("1\0"), NULL, &result));
  CHECK(prints(session, "print('lives')", "lives\n"));
  belljar_session_free(session);
}

static void names_that_are_no_identifiers(void) {
  static const char* const names[] = {"", "1x", "a b", "a.b", "a-b", "class", "None", "x\n", "x;y", "\xe2\x82\xac"};
  belljar_session* session = open_session(NULL);
  belljar_value* value = belljar_value_int(1);
  belljar_value* got;
  size_t i;
  for (i = 0; i < sizeof names / sizeof *names; i++) {
    belljar_policy* policy = belljar_policy_create();
    belljar_session* none;
    belljar_tool tool;
    REFUSED(belljar_session_define(session, names[i], strlen(names[i]), value));
    belljar_tool_init(&tool, sizeof tool);
    tool.name = names[i];
    tool.name_size = strlen(names[i]);
    tool.function = echo;
    MUST(belljar_policy_add_tool(policy, &tool));
    REFUSED(belljar_runtime_open(the_runtime(), policy, &none));
    belljar_policy_free(policy);
  }
  REFUSED(belljar_session_define(session, TEXT("x\0y"), value));
  MUST(belljar_session_define(session, TEXT("h\xc3\xa9"), value)); /* an identifier in Python */
  MUST(belljar_session_get(session, TEXT("h\xc3\xa9"), &got));
  CHECK(belljar_value_equal(value, got));
  belljar_value_free(got);
  belljar_value_free(value);
  belljar_session_free(session);
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

/* Defines it, has Python say what it sees, gets it back. */
static bool crosses(belljar_session* session, belljar_value* sent, const char* test) {
  char source[200];
  belljar_value* got;
  bool is_same;
  MUST(belljar_session_define(session, TEXT("x"), sent));
  snprintf(source, sizeof source, "import math\nassert %s, x", test);
  if (!prints(session, source, "")) return false;
  MUST(belljar_session_get(session, TEXT("x"), &got));
  is_same = belljar_value_equal(sent, got);
  belljar_value_free(got);
  belljar_value_free(sent);
  return is_same;
}

static void odd_numbers(void) {
  belljar_session* session = open_session(NULL);
  belljar_value *sent = belljar_value_float((double)NAN), *got;
  unsigned char digits[200];
  double real = 0;
  CHECK(!crosses(session, sent, "math.isnan(x)")); /* NaN is not equal to itself */
  MUST(belljar_session_get(session, TEXT("x"), &got));
  CHECK(belljar_value_get_float(got, &real) && isnan(real));
  belljar_value_free(got);
  CHECK(crosses(session, belljar_value_float((double)INFINITY), "x == math.inf"));
  CHECK(crosses(session, belljar_value_float(-(double)INFINITY), "x == -math.inf"));
  CHECK(crosses(session, belljar_value_float(-0.0), "math.copysign(1, x) == -1"));
  CHECK(crosses(session, belljar_value_float(DBL_TRUE_MIN), "x == 5e-324"));
  CHECK(crosses(session, belljar_value_int(INT64_MIN), "x == -2 ** 63"));
  CHECK(crosses(session, belljar_value_uint(UINT64_MAX), "x == 2 ** 64 - 1"));
  memset(digits, 0xff, sizeof digits);
  CHECK(crosses(session, belljar_value_big_int(false, digits, sizeof digits), "x == 2 ** 1600 - 1"));
  CHECK(crosses(session, belljar_value_big_int(true, digits, sizeof digits), "x == 1 - 2 ** 1600"));
  belljar_session_free(session);
}

static void large_strings(void) {
  enum { kSize = 10 << 20 };
  belljar_policy* policy = belljar_policy_create();
  belljar_limits limits;
  belljar_session* small = open_session(NULL);
  belljar_session* large;
  char* text = malloc(kSize);
  belljar_value *sent, *got;
  memset(text, 'x', kSize);
  sent = belljar_value_string(text, kSize);
  MUST(belljar_session_define(small, TEXT("x"), sent));
  CHECK(prints(small, "print(x == 'x' * (10 << 20))", "True\n"));
  REFUSED(belljar_session_get(small, TEXT("x"), &got)); /* above tool_bytes */
  CHECK(got == NULL);
  belljar_limits_init(&limits, sizeof limits);
  limits.tool_bytes = 16 << 20;
  MUST(belljar_policy_set_limits(policy, &limits));
  large = open_session(policy);
  CHECK(crosses(large, sent, "x == 'x' * (10 << 20)"));
  free(text);
  belljar_session_free(small);
  belljar_session_free(large);
  belljar_policy_free(policy);
}

static belljar_value* nested(int depth) {
  belljar_value* value = belljar_value_list();
  int i;
  for (i = 1; i < depth; i++) {
    belljar_value* outer = belljar_value_list();
    MUST(belljar_value_append(outer, value));
    value = outer;
  }
  return value;
}

static void deep_values(void) {
  belljar_session* session = open_session(NULL);
  belljar_value *deep = nested(10000), *got;
  REFUSED(belljar_session_define(session, TEXT("x"), deep));
  belljar_value_free(deep);
  CHECK(crosses(session, nested(100), "repr(x) == '[' * 100 + ']' * 100"));
  deep = nested(101);
  REFUSED(belljar_session_define(session, TEXT("x"), deep));
  belljar_value_free(deep);
  CHECK(prints(session, "x = []\nfor _ in range(9999): x = [x]", ""));
  REFUSED(belljar_session_get(session, TEXT("x"), &got));
  belljar_session_free(session);
}

static void what_cannot_cross(void) {
  static const char* const values[] = {"{1, 2}", "object()", "{1: 2}", "'\\ud800'", "{'\\udfff': 1}", "lambda: 0", "1j"};
  belljar_session* session = open_session(NULL);
  belljar_value* got;
  char source[100];
  size_t i;
  for (i = 0; i < sizeof values / sizeof *values; i++) {
    snprintf(source, sizeof source, "x = %s", values[i]);
    CHECK(prints(session, source, ""));
    REFUSED(belljar_session_get(session, TEXT("x"), &got));
    CHECK(got == NULL);
  }
  CHECK(prints(session, "x = []; x.append(x)", ""));
  REFUSED(belljar_session_get(session, TEXT("x"), &got));
  belljar_session_free(session);
}

static void a_map_with_a_key_twice(void) {
  belljar_session* session = open_session(NULL);
  belljar_value* map = belljar_value_map();
  MUST(belljar_value_insert(map, TEXT("a"), belljar_value_int(1)));
  MUST(belljar_value_insert(map, TEXT("a"), belljar_value_int(2)));
  REFUSED(belljar_session_define(session, TEXT("x"), map));
  belljar_value_free(map);
  belljar_session_free(session);
}

static void what_is_no_json(void) {
  belljar_value* value = belljar_value_bytes("x", 1);
  belljar_value* none;
  belljar_buffer* json;
  REFUSED(belljar_value_to_json(value, &json));
  CHECK(json == NULL);
  REFUSED(belljar_value_to_json(value, NULL));
  REFUSED(belljar_value_to_json(NULL, &json));
  REFUSED(belljar_value_from_json(TEXT("[1,]"), &none));
  REFUSED(belljar_value_from_json(NULL, 1, &none));
  REFUSED(belljar_value_from_json(TEXT("1"), NULL));
  belljar_value_free(value);
}

/* ---- tools ----------------------------------------------------------------------------------------------------- */

static void set_name(belljar_tool* tool, const char* name, void (*function)(void*, belljar_tool_call*), void* context) {
  belljar_tool_init(tool, sizeof *tool);
  tool->name = name;
  tool->name_size = strlen(name);
  tool->function = function;
  tool->context = context;
}

static void must_not_be_freed(void* context) {
  (void)context;
  CHECK(!"a context that was never taken over is freed");
}

static void tools_that_are_none(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session;
  belljar_tool tool;
  set_name(&tool, "t", NULL, NULL);
  tool.free_context = must_not_be_freed;
  REFUSED(belljar_policy_add_tool(policy, &tool));
  tool.function = tool.start = echo;
  REFUSED(belljar_policy_add_tool(policy, &tool));
  tool.start = NULL;
  tool.timeout_ns = UINT64_MAX;
  REFUSED(belljar_policy_add_tool(policy, &tool));
  tool.timeout_ns = 0;
  tool.doc_size = 1;
  REFUSED(belljar_policy_add_tool(policy, &tool));
  REFUSED(belljar_policy_add_tool(policy, NULL));
  set_name(&tool, "t", echo, NULL);
  MUST(belljar_policy_add_tool(policy, &tool));
  MUST(belljar_policy_add_tool(policy, &tool));
  REFUSED(belljar_runtime_open(the_runtime(), policy, &session)); /* twice the same name */
  belljar_policy_free(policy);
}

static void return_too_much(void* context, belljar_tool_call* call) {
  (void)context;
  REFUSED(belljar_tool_call_return(call, NULL));
  REFUSED(belljar_tool_call_raise(call, NULL, 1, NULL, 0));
  belljar_tool_call_free(call); /* not its own: nothing happens */
  MUST(belljar_tool_call_return(call, nested(10000)));
}

static void return_no_text(void* context, belljar_tool_call* call) {
  (void)context;
  MUST(belljar_tool_call_return(call, belljar_value_string(TEXT("\xff"))));
}

static void raise_nonsense(void* context, belljar_tool_call* call) {
  (void)context;
  MUST(belljar_tool_call_raise(call, TEXT("No\xff Such Type"), TEXT("\xff\0")));
}

static void use_its_own_session(void* context, belljar_tool_call* call) {
  belljar_session* session = *(belljar_session**)context;
  belljar_result* result;
  belljar_value* value;
  FAILS(BELLJAR_ERROR_BUSY, belljar_session_run(session, TEXT("1"), NULL, &result));
  FAILS(BELLJAR_ERROR_BUSY, belljar_session_get(session, TEXT("x"), &value));
  FAILS(BELLJAR_ERROR_BUSY, belljar_session_park(session));
  MUST(belljar_tool_call_return(call, belljar_value_bool(true)));
}

static void tools_that_misbehave(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session;
  belljar_tool tool;
  set_name(&tool, "too_much", return_too_much, NULL);
  MUST(belljar_policy_add_tool(policy, &tool));
  set_name(&tool, "no_text", return_no_text, NULL);
  MUST(belljar_policy_add_tool(policy, &tool));
  set_name(&tool, "nonsense", raise_nonsense, NULL);
  MUST(belljar_policy_add_tool(policy, &tool));
  set_name(&tool, "itself", use_its_own_session, &session);
  MUST(belljar_policy_add_tool(policy, &tool));
  session = open_session(policy);
  CHECK(prints(session, "for tool in too_much, no_text, nonsense:\n"
                        "  try: tool()\n"
                        "  except Exception: print('raised')\n"
                        "  else: print('returned')\n"
                        "print(itself())", "raised\nraised\nraised\nTrue\n"));
  CHECK(prints(session, "try: itself(object())\nexcept TypeError: print('refused')", "refused\n"));
  belljar_session_free(session);
  belljar_policy_free(policy);
}

void test_bad_input(void) {
  null_runtime_and_policy();
  null_session();
  null_snapshot_result_and_others();
  null_values_and_calls();
  freeing_null_does_nothing();
  wrong_struct_sizes();
  structs_of_other_versions();
  impossible_options();
  text_that_is_not_utf_8();
  names_that_are_no_identifiers();
  odd_numbers();
  large_strings();
  deep_values();
  what_cannot_cross();
  a_map_with_a_key_twice();
  what_is_no_json();
  tools_that_are_none();
  tools_that_misbehave();
}
