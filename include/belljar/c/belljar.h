/* belljar in C: everything that the C++ headers in include/belljar/ do, for C11 and for every language that calls C.
 *
 *   belljar_runtime* runtime;
 *   belljar_session* session;
 *   belljar_result* result;
 *   belljar_error* error = belljar_runtime_create(NULL, &runtime);
 *   if (!error) error = belljar_runtime_open(runtime, NULL, &session);
 *   if (!error) error = belljar_session_run(session, source, strlen(source), NULL, &result);
 *   if (error) puts(belljar_error_message(error, NULL));
 *
 * What holds for all of it; the C++ headers say what each thing does:
 *
 * Errors. A function that can fail returns NULL, or an error that the caller frees. It then has changed nothing, and
 * what it would have handed out is NULL. What becomes of the guest's code is no error: it is a belljar_result.
 *
 * Handles. Whoever got a handle frees it, with the function of its name; freeing NULL does nothing. Any order will do: a
 * session keeps what it needs of its runtime and policy. NULL in place of any other handle or pointer that is needed is
 * BELLJAR_ERROR_INVALID_ARGUMENT; functions that only look answer 0, false, NULL or "". A handle that was freed is
 * gone: using it, or freeing it again, is an error that cannot be caught here. `const` pointers that a function returns
 * belong to the handle they came from, and are good for as long as it is and is not changed.
 *
 * Text and bytes are a pointer and a length, text is UTF-8; NULL will do when the length is 0. What is handed out has a
 * NUL after it that the length does not count; `size` may be NULL.
 *
 * Structs begin with `struct_size`. For options call the init function first: it sets the defaults, and
 * `struct_size` to the size given, which is always sizeof. A program that was compiled against an older, shorter
 * struct gets defaults for the rest; one that gives a longer struct, with anything but zeros in the part that this
 * library does not know, gets BELLJAR_ERROR_INVALID_ARGUMENT. For structs that are filled in, set `struct_size` alone.
 *
 * Threads. Runtimes, snapshots and errors are for any number of threads at once; a policy, a value or a result is for
 * one at a time. A session, too, is used by one thread at a time: a second caller gets BELLJAR_ERROR_BUSY, but only
 * belljar_session_cancel and belljar_session_is_stopping may be called beside another call. Free a session when no call
 * is under way. No C++ exception comes out of any function; a callback must not let one out, nor longjmp.
 */
#ifndef BELLJAR_C_BELLJAR_H_
#define BELLJAR_C_BELLJAR_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct belljar_runtime belljar_runtime;
typedef struct belljar_session belljar_session;
typedef struct belljar_policy belljar_policy;
typedef struct belljar_result belljar_result;
typedef struct belljar_bundle belljar_bundle;
typedef struct belljar_snapshot belljar_snapshot;
typedef struct belljar_value belljar_value;
typedef struct belljar_tool_call belljar_tool_call;
typedef struct belljar_buffer belljar_buffer;
typedef struct belljar_capabilities belljar_capabilities;
typedef struct belljar_error belljar_error;
typedef struct belljar_policy_file belljar_policy_file;
typedef struct belljar_audit_log belljar_audit_log;
typedef struct belljar_http_request belljar_http_request;
typedef struct belljar_http_response belljar_http_response;

/* ---- errors (error.h) ---------------------------------------------------------------------------------------- */

typedef enum belljar_code {
  BELLJAR_ERROR_NONE = 0, /* of NULL */
  BELLJAR_ERROR_INVALID_ARGUMENT = 1,
  BELLJAR_ERROR_UNSUPPORTED = 2,
  BELLJAR_ERROR_EXHAUSTED = 3,
  BELLJAR_ERROR_CORRUPT = 4,
  BELLJAR_ERROR_BUSY = 5,
  BELLJAR_ERROR_FORKED = 6,
  BELLJAR_ERROR_IO = 7,
  BELLJAR_ERROR_INTERNAL = 8,
  BELLJAR_ERROR_NOT_FOUND = 9,
  BELLJAR_ERROR_GUEST = 10
} belljar_code;

belljar_code belljar_error_code(const belljar_error* error);
const char* belljar_error_message(const belljar_error* error, size_t* size);
const char* belljar_error_hint(const belljar_error* error, size_t* size); /* may be "" */
void belljar_error_free(belljar_error* error);

/* "invalid_argument", ...; "unknown" for other numbers. */
const char* belljar_code_name(belljar_code code);

/* "0.1.0", and CPython's "3.14.7". */
const char* belljar_version(void);
const char* belljar_python_version(void);

/* ---- bytes that the caller owns -------------------------------------------------------------------------------- */

const char* belljar_buffer_data(const belljar_buffer* buffer, size_t* size);
void belljar_buffer_free(belljar_buffer* buffer);

/* ---- values (value.h) ------------------------------------------------------------------------------------------ */

typedef enum belljar_value_type {
  BELLJAR_VALUE_NULL = 0,
  BELLJAR_VALUE_BOOL = 1,
  BELLJAR_VALUE_INT = 2,
  BELLJAR_VALUE_BIG_INT = 3,
  BELLJAR_VALUE_FLOAT = 4,
  BELLJAR_VALUE_STRING = 5,
  BELLJAR_VALUE_BYTES = 6,
  BELLJAR_VALUE_LIST = 7,
  BELLJAR_VALUE_MAP = 8
} belljar_value_type;

/* NULL when there is no memory, or no data where a length says there is. Whether text is UTF-8 is looked at when the
 * value crosses. A big integer is its magnitude, big-endian; one that fits 64 bits becomes a plain one. */
belljar_value* belljar_value_null(void);
belljar_value* belljar_value_bool(bool value);
belljar_value* belljar_value_int(int64_t value);
belljar_value* belljar_value_uint(uint64_t value);
belljar_value* belljar_value_big_int(bool negative, const void* magnitude, size_t size);
belljar_value* belljar_value_float(double value);
belljar_value* belljar_value_string(const char* text, size_t size);
belljar_value* belljar_value_bytes(const void* data, size_t size);
belljar_value* belljar_value_list(void);
belljar_value* belljar_value_map(void);
belljar_value* belljar_value_copy(const belljar_value* value);

/* Both take `item` over, whatever they answer. A key must not be in the map yet, which is not looked at. */
belljar_error* belljar_value_append(belljar_value* list, belljar_value* item);
belljar_error* belljar_value_insert(belljar_value* map, const char* key, size_t size, belljar_value* item);

belljar_value_type belljar_value_get_type(const belljar_value* value);

/* False, and nothing is stored, when the value is of another type. */
bool belljar_value_get_bool(const belljar_value* value, bool* out);
bool belljar_value_get_int(const belljar_value* value, int64_t* out);
bool belljar_value_get_float(const belljar_value* value, double* out);

/* NULL when the value is of another type. get_bytes() gives the magnitude of a big integer, too. */
const char* belljar_value_get_string(const belljar_value* value, size_t* size);
const void* belljar_value_get_bytes(const belljar_value* value, size_t* size);
bool belljar_value_is_negative(const belljar_value* value); /* of any integer */

/* Elements of a list or map; 0 of anything else. An index beyond them gives NULL. */
size_t belljar_value_count(const belljar_value* value);
const belljar_value* belljar_value_at(const belljar_value* value, size_t index);
const char* belljar_value_key_at(const belljar_value* map, size_t index, size_t* size);
const belljar_value* belljar_value_find(const belljar_value* map, const char* key, size_t size);

/* JSON text as a value and back. Integers stay integers, up to the range of a double. Refused, with
 * BELLJAR_ERROR_INVALID_ARGUMENT: what JSON cannot say (bytes, NaN, infinities), a key twice, more than 100 levels. */
belljar_error* belljar_value_from_json(const char* text, size_t size, belljar_value** out);
belljar_error* belljar_value_to_json(const belljar_value* value, belljar_buffer** out);

bool belljar_value_equal(const belljar_value* a, const belljar_value* b);
void belljar_value_free(belljar_value* value);

/* ---- tools (tool.h) -------------------------------------------------------------------------------------------- */

const char* belljar_tool_call_tool(const belljar_tool_call* call, size_t* size);
size_t belljar_tool_call_positional_count(const belljar_tool_call* call);
const belljar_value* belljar_tool_call_positional(const belljar_tool_call* call, size_t index);
size_t belljar_tool_call_named_count(const belljar_tool_call* call);
const char* belljar_tool_call_name_at(const belljar_tool_call* call, size_t index, size_t* size);
const belljar_value* belljar_tool_call_named(const belljar_tool_call* call, size_t index);
const belljar_value* belljar_tool_call_find(const belljar_tool_call* call, const char* name, size_t size);
bool belljar_tool_call_is_cancelled(const belljar_tool_call* call); /* from any thread */

/* The result: a value, which is taken over whatever they answer, or an exception in the guest. The first counts. A
 * `start` may do it on any thread. */
belljar_error* belljar_tool_call_return(belljar_tool_call* call, belljar_value* value);
belljar_error* belljar_tool_call_raise(belljar_tool_call* call, const char* type, size_t type_size,
                                       const char* message, size_t message_size);

/* For what `start` was given. Without a result before it, the guest gets RuntimeError. */
void belljar_tool_call_free(belljar_tool_call* call);

typedef struct belljar_tool {
  size_t struct_size;
  const char* name;
  size_t name_size;
  const char* signature;
  size_t signature_size;
  const char* doc;
  size_t doc_size;

  /* One of the two. A `function` returns or raises before it returns itself (else the guest gets None), and the call is
   * its own until then. A `start` owns the call: it returns at once, and somebody returns or raises and frees. */
  void (*function)(void* context, belljar_tool_call* call);
  void (*start)(void* context, belljar_tool_call* call);

  /* Given to both. `free_context`, when set, is called once, on any thread, when no policy and no session has the tool
   * any more. */
  void* context;
  void (*free_context)(void* context);

  bool is_async;
  bool waits;
  uint32_t max_calls;  /* 10 000 */
  uint64_t timeout_ns; /* 0: none */
} belljar_tool;

void belljar_tool_init(belljar_tool* tool, size_t struct_size);

/* ---- policy (policy.h) ----------------------------------------------------------------------------------------- */

typedef struct belljar_limits {
  size_t struct_size;
  uint64_t memory;
  uint64_t cpu_ns;
  uint64_t wall_ns;
  uint64_t grace_ns;
  uint64_t output;
  uint64_t value;
  uint64_t files;
  uint32_t file_entries;
  uint32_t tool_calls;
  uint64_t tool_bytes;
} belljar_limits;

typedef enum belljar_checkpoint {
  BELLJAR_CHECKPOINT_EACH_CELL = 0,
  BELLJAR_CHECKPOINT_MANUAL = 1
} belljar_checkpoint;

void belljar_limits_init(belljar_limits* limits, size_t struct_size);

/* A policy with the defaults; NULL when there is no memory. What is given to it is copied; what opens a session looks
 * at it as it is then. */
belljar_policy* belljar_policy_create(void);
belljar_error* belljar_policy_set_limits(belljar_policy* policy, const belljar_limits* limits);
belljar_error* belljar_policy_set_checkpoint(belljar_policy* policy, belljar_checkpoint mode);
belljar_error* belljar_policy_add_argument(belljar_policy* policy, const char* text, size_t size);
belljar_error* belljar_policy_add_environment(belljar_policy* policy, const char* name, size_t name_size,
                                              const char* value, size_t value_size);
belljar_error* belljar_policy_add_file(belljar_policy* policy, const char* name, size_t name_size,
                                       const void* content, size_t content_size);

/* On an error `free_context` is not called: the context is still the caller's. */
belljar_error* belljar_policy_add_tool(belljar_policy* policy, const belljar_tool* tool);

/* Restricts the guest's own imports to this top-level module and those of further calls; "" alone: none at all. */
belljar_error* belljar_policy_add_module(belljar_policy* policy, const char* name, size_t size);

/* A folder or file of the host in the guest's tree (grants.h). */
typedef enum belljar_mount_mode {
  BELLJAR_MOUNT_READ_ONLY = 0,
  BELLJAR_MOUNT_READ_WRITE = 1,
  BELLJAR_MOUNT_COPY_ON_WRITE = 2
} belljar_mount_mode;

typedef struct belljar_mount {
  size_t struct_size;
  const char* host;
  size_t host_size;
  const char* guest;
  size_t guest_size;
  uint64_t max_bytes;
  uint32_t max_entries;
  belljar_mount_mode mode;
} belljar_mount;

void belljar_mount_init(belljar_mount* mount, size_t struct_size);
belljar_error* belljar_policy_add_mount(belljar_policy* policy, const belljar_mount* mount);

/* ---- network (grants.h) ---------------------------------------------------------------------------------------- */

typedef struct belljar_network_limits {
  size_t struct_size;
  uint32_t requests;
  uint32_t concurrent;
  uint64_t request_bytes;
  uint64_t response_bytes;
  uint64_t total_bytes;
  uint32_t header_count;
  uint32_t reserved; /* 0 */
  uint64_t header_bytes;
  uint64_t connect_ns;
  uint64_t request_ns;
} belljar_network_limits;

void belljar_network_limits_init(belljar_network_limits* limits, size_t struct_size);
belljar_error* belljar_policy_set_network_limits(belljar_policy* policy, const belljar_network_limits* limits);

/* "GET,POST https://api.example.com/v1/" */
belljar_error* belljar_policy_add_rule(belljar_policy* policy, const char* rule, size_t size);

/* `hosts` and `headers` are lists with commas; without `headers` the value may stand in any. */
belljar_error* belljar_policy_add_secret(belljar_policy* policy, const char* name, size_t name_size, const char* value,
                                         size_t value_size, const char* hosts, size_t hosts_size, const char* headers,
                                         size_t headers_size);
belljar_error* belljar_policy_set_proxy(belljar_policy* policy, const char* url, size_t size);
belljar_error* belljar_policy_set_ca_file(belljar_policy* policy, const char* path, size_t size);

/* Answers the guest's requests in place of the network, on threads of the runtime, several at the same time. Both handles
 * are good for the length of the call. `free_context`, when set, is called once, on any thread, when no policy and no
 * session has the handler any more; not after an error. */
belljar_error* belljar_policy_set_http_handler(belljar_policy* policy,
                                               void (*handler)(void* context, const belljar_http_request* request,
                                                               belljar_http_response* response),
                                               void* context, void (*free_context)(void* context));

const char* belljar_http_request_method(const belljar_http_request* request, size_t* size);
const char* belljar_http_request_url(const belljar_http_request* request, size_t* size);
const char* belljar_http_request_body(const belljar_http_request* request, size_t* size);
size_t belljar_http_request_header_count(const belljar_http_request* request);
const char* belljar_http_request_header_name(const belljar_http_request* request, size_t index, size_t* size);
const char* belljar_http_request_header_value(const belljar_http_request* request, size_t index, size_t* size);

/* 200, no headers and no body until it is told otherwise. With an error the guest gets ConnectionError with that text. */
belljar_error* belljar_http_response_set_status(belljar_http_response* response, int32_t status);
belljar_error* belljar_http_response_add_header(belljar_http_response* response, const char* name, size_t name_size,
                                                const char* value, size_t value_size);
belljar_error* belljar_http_response_set_body(belljar_http_response* response, const void* body, size_t size);
belljar_error* belljar_http_response_set_error(belljar_http_response* response, const char* text, size_t size);

/* NULL: no log. */
belljar_error* belljar_policy_set_audit(belljar_policy* policy, const belljar_audit_log* log);

/* What the policy allows, in words: for a person, or for a language model that writes the code. */
belljar_error* belljar_policy_explain(const belljar_policy* policy, bool to_model, belljar_buffer** out);
void belljar_policy_free(belljar_policy* policy);

/* Gives a secret's value by calling give(to, value, size), once; false when there is none. `source` is what stands in the
 * policy file: "env:NAME", "file:PATH". */
typedef bool (*belljar_read_secret)(void* context, const char* source, size_t source_size,
                                    void (*give)(void* to, const char* value, size_t size), void* to);

/* A policy file. Paths in it are relative to `directory`; `read_secret` may be NULL. */
belljar_error* belljar_policy_parse(const char* toml, size_t toml_size, const char* directory, size_t directory_size,
                                    belljar_read_secret read_secret, void* context, belljar_policy_file** out);
belljar_policy* belljar_policy_file_policy(const belljar_policy_file* file); /* a copy; NULL without memory */
const char* belljar_policy_file_image(const belljar_policy_file* file, size_t* size);
const char* belljar_policy_file_audit_file(const belljar_policy_file* file, size_t* size);
bool belljar_policy_file_audit_is_required(const belljar_policy_file* file);
void belljar_policy_file_free(belljar_policy_file* file);

/* ---- audit log (audit.h) --------------------------------------------------------------------------------------- */

typedef struct belljar_audit_summary {
  size_t struct_size;
  uint64_t events;
  uint64_t lost;
  uint64_t torn;
  char last_hash[72]; /* 64 digits and NULs */
} belljar_audit_summary;

belljar_error* belljar_audit_log_open(const char* path, size_t path_size, bool required, belljar_audit_log** out);
uint64_t belljar_audit_log_lost(const belljar_audit_log* log);
void belljar_audit_log_free(belljar_audit_log* log); /* policies and sessions that have it keep it */
belljar_error* belljar_audit_verify(const char* path, size_t path_size, belljar_audit_summary* summary);

/* ---- what became of a run (run_result.h) ----------------------------------------------------------------------- */

typedef enum belljar_status {
  BELLJAR_STATUS_OK = 0,
  BELLJAR_STATUS_EXCEPTION = 1,
  BELLJAR_STATUS_EXIT = 2,
  BELLJAR_STATUS_TIME_LIMIT = 3,
  BELLJAR_STATUS_MEMORY_LIMIT = 4,
  BELLJAR_STATUS_TRAP = 5,
  BELLJAR_STATUS_CANCELLED = 6
} belljar_status;

typedef struct belljar_run_usage {
  size_t struct_size;
  uint64_t wall_ns;
  uint64_t cpu_ns;
  uint64_t memory_peak_bytes;
  uint64_t output_bytes;
  uint64_t tool_calls;
  uint64_t tool_bytes;
} belljar_run_usage;

/* "ok", "exception", ...; "unknown" for other numbers. */
const char* belljar_status_name(belljar_status status);

belljar_status belljar_result_status(const belljar_result* result); /* of NULL: -1 */
bool belljar_result_is_rolled_back(const belljar_result* result);
const char* belljar_result_stdout(const belljar_result* result, size_t* size);
const char* belljar_result_stderr(const belljar_result* result, size_t* size);
uint64_t belljar_result_stdout_dropped(const belljar_result* result);
uint64_t belljar_result_stderr_dropped(const belljar_result* result);
uint64_t belljar_result_value_dropped(const belljar_result* result);
const belljar_bundle* belljar_result_value(const belljar_result* result); /* empty when there is none */
size_t belljar_result_display_count(const belljar_result* result);
const belljar_bundle* belljar_result_display(const belljar_result* result, size_t index);
bool belljar_result_has_error(const belljar_result* result);
const char* belljar_result_error_type(const belljar_result* result, size_t* size);
const char* belljar_result_error_message(const belljar_result* result, size_t* size);
const char* belljar_result_error_traceback(const belljar_result* result, size_t* size);
int32_t belljar_result_exit_code(const belljar_result* result);
belljar_error* belljar_result_usage(const belljar_result* result, belljar_run_usage* usage);
void belljar_result_free(belljar_result* result);

/* A value in one or more representations: "text/plain", "application/json", ... */
size_t belljar_bundle_count(const belljar_bundle* bundle);
const char* belljar_bundle_type(const belljar_bundle* bundle, size_t index, size_t* size);
const char* belljar_bundle_data(const belljar_bundle* bundle, size_t index, size_t* size);
/* NULL when it has no such type. */
const char* belljar_bundle_find(const belljar_bundle* bundle, const char* type, size_t type_size, size_t* size);

/* ---- snapshots (snapshot.h) ------------------------------------------------------------------------------------ */

typedef struct belljar_key {
  uint8_t bytes[32];
} belljar_key;

/* `key` may be NULL everywhere. */
belljar_snapshot* belljar_snapshot_copy(const belljar_snapshot* snapshot); /* the same state; cheap */
uint64_t belljar_snapshot_bytes(const belljar_snapshot* snapshot);
belljar_error* belljar_snapshot_serialize(const belljar_snapshot* snapshot, const belljar_key* key,
                                          belljar_buffer** out);
belljar_error* belljar_snapshot_save(const belljar_snapshot* snapshot, const char* path, size_t path_size,
                                     const belljar_key* key);
/* Of an image with packages: its JSON, and its hash in hexadecimal; else empty. */
belljar_error* belljar_snapshot_lock(const belljar_snapshot* snapshot, belljar_buffer** out);
belljar_error* belljar_snapshot_image_id(const belljar_snapshot* snapshot, belljar_buffer** out);
void belljar_snapshot_free(belljar_snapshot* snapshot);

/* ---- runtime (runtime.h) --------------------------------------------------------------------------------------- */

typedef struct belljar_runtime_options {
  size_t struct_size;
  uint32_t max_sessions;
  uint32_t max_live;
  uint64_t park_after_ns;
  uint32_t idle_slots;
  bool verify_resets;
} belljar_runtime_options;

typedef struct belljar_latency {
  uint64_t count;
  uint64_t total_ns;
  uint64_t max_ns;
  uint64_t buckets[24]; /* buckets[i]: less than 2^i microseconds; the last one also holds all longer ones */
} belljar_latency;

typedef struct belljar_metrics {
  size_t struct_size;
  uint32_t sessions;
  uint32_t parked;
  uint32_t idle_slots;
  uint32_t max_live;
  uint64_t opened;
  uint64_t forks;
  uint64_t snapshots;
  uint64_t rollbacks;
  uint64_t parks;
  uint64_t unparks;
  uint64_t runs_by_status[16]; /* by belljar_status; those that are none yet stay 0 */
  belljar_latency runs;
  belljar_latency tool_calls;
} belljar_metrics;

void belljar_runtime_options_init(belljar_runtime_options* options, size_t struct_size);

/* `options` and `policy` may be NULL: the defaults. `max_bytes` 0: 4 GiB. */
belljar_error* belljar_runtime_create(const belljar_runtime_options* options, belljar_runtime** out);
belljar_error* belljar_runtime_open(belljar_runtime* runtime, const belljar_policy* policy, belljar_session** out);
belljar_error* belljar_runtime_resume(belljar_runtime* runtime, const belljar_snapshot* snapshot,
                                      const belljar_policy* policy, belljar_session** out);
belljar_error* belljar_runtime_load(belljar_runtime* runtime, const void* data, size_t size, const belljar_key* key,
                                    uint64_t max_bytes, belljar_snapshot** out);
belljar_error* belljar_runtime_load_file(belljar_runtime* runtime, const char* path, size_t path_size,
                                         const belljar_key* key, uint64_t max_bytes, belljar_snapshot** out);
belljar_error* belljar_runtime_metrics(const belljar_runtime* runtime, belljar_metrics* metrics);
uint64_t belljar_runtime_image_bytes(const belljar_runtime* runtime);
belljar_error* belljar_runtime_capabilities(const belljar_runtime* runtime, belljar_capabilities** out);
void belljar_runtime_free(belljar_runtime* runtime);

size_t belljar_capabilities_count(const belljar_capabilities* capabilities);
const char* belljar_capabilities_name(const belljar_capabilities* capabilities, size_t index, size_t* size);
const char* belljar_capabilities_detail(const belljar_capabilities* capabilities, size_t index, size_t* size);
bool belljar_capabilities_is_available(const belljar_capabilities* capabilities, size_t index);
void belljar_capabilities_free(belljar_capabilities* capabilities);

/* Compares the code, the base image and the library that this build carries with what was built; some 100 ms. */
belljar_error* belljar_payload_verify(void);

/* ---- sessions (session.h) -------------------------------------------------------------------------------------- */

typedef enum belljar_stream { BELLJAR_STREAM_STDOUT = 1, BELLJAR_STREAM_STDERR = 2 } belljar_stream;

typedef struct belljar_run_options {
  size_t struct_size;
  const char* filename;
  size_t filename_size;
  bool is_script;
  bool is_last;
  bool wants_value; /* true */
  bool binds_value;
  bool reads_stdin_fd; /* standard input is `stdin_fd` (borrowed), else the bytes of `stdin_data` */
  int32_t stdin_fd;
  const char* stdin_data;
  size_t stdin_size;

  /* Called on the thread that called belljar_session_run; must not use the session. What it is given is good for the
   * length of the call, and has no NUL behind it. */
  void (*on_output)(void* context, belljar_stream stream, const char* data, size_t size);
  void (*on_display)(void* context, const belljar_bundle* bundle);
  void* context; /* given to both */
} belljar_run_options;

typedef struct belljar_usage {
  size_t struct_size;
  uint64_t runs;
  uint64_t wall_ns;
  uint64_t cpu_ns;
  uint64_t tool_calls;
  uint64_t output_bytes;
  uint64_t memory_bytes;
  uint64_t private_bytes;
  uint64_t file_bytes;
  uint64_t file_entries;
  bool is_parked;
} belljar_usage;

void belljar_run_options_init(belljar_run_options* options, size_t struct_size);

/* `options` may be NULL: the defaults. */
belljar_error* belljar_session_run(belljar_session* session, const char* source, size_t source_size,
                                   const belljar_run_options* options, belljar_result** out);
void belljar_session_cancel(belljar_session* session); /* from any thread, or a signal handler */
bool belljar_session_is_stopping(const belljar_session* session);

/* `out` of fork_many has room for `count` handles: all of them are made, or none. */
belljar_error* belljar_session_fork(belljar_session* session, belljar_session** out);
belljar_error* belljar_session_fork_many(belljar_session* session, size_t count, belljar_session** out);
belljar_error* belljar_session_snapshot(belljar_session* session, belljar_snapshot** out);
belljar_error* belljar_session_rollback(belljar_session* session, const belljar_snapshot* snapshot);
belljar_error* belljar_session_suspend(belljar_session* session, const belljar_key* key, belljar_buffer** out);
belljar_error* belljar_session_suspend_to_file(belljar_session* session, const char* path, size_t path_size,
                                               const belljar_key* key);
belljar_error* belljar_session_park(belljar_session* session);
belljar_error* belljar_session_define(belljar_session* session, const char* name, size_t name_size,
                                      const belljar_value* value);
belljar_error* belljar_session_get(belljar_session* session, const char* name, size_t name_size, belljar_value** out);
belljar_error* belljar_session_usage(belljar_session* session, belljar_usage* usage);
void belljar_session_free(belljar_session* session);

/* Files, between runs (session.h). Paths are the guest's unless they are called `host`. */
belljar_error* belljar_session_read_file(belljar_session* session, const char* path, size_t path_size,
                                         uint64_t max_bytes, belljar_buffer** out);
belljar_error* belljar_session_write_file(belljar_session* session, const char* path, size_t path_size,
                                          const void* content, size_t content_size);
belljar_error* belljar_session_upload(belljar_session* session, const char* host, size_t host_size, const char* path,
                                      size_t path_size);
belljar_error* belljar_session_download(belljar_session* session, const char* path, size_t path_size, const char* host,
                                        size_t host_size);

/* A list of maps: "path", "kind" ("added", "modified", "deleted"), "type" ("file", "directory", "symlink", "other"), "size". */
belljar_error* belljar_session_changes(belljar_session* session, belljar_value** out);
belljar_error* belljar_session_diff(belljar_session* session, belljar_buffer** out);
/* `mount` may be empty: there is one. */
belljar_error* belljar_session_export_changes(belljar_session* session, const char* host, size_t host_size,
                                              const char* mount, size_t mount_size);

#pragma GCC visibility pop
#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* BELLJAR_C_BELLJAR_H_ */
