/* Policy files, the audit log and HTTP from C. */
#include <unistd.h>

#include "c_api_support.h"

static void count_down(void* context) { --*(int*)context; }

static bool read_secret(void* context, const char* source, size_t size, void (*give)(void*, const char*, size_t), void* to) {
  ++*(int*)context;
  if (size != 5 || memcmp(source, "env:A", 5) != 0) return false;
  give(to, TEXT("a secret value"));
  return true;
}

void test_a_policy_file(void) {
  static const char text[] =
      "image = 'x.bjimg'\nmodules = ['json']\n[limits]\ncpu = 2\n[audit]\nfile = 'log'\nrequired = false\n"
      "[[secrets]]\nname = 'A'\nfrom = 'env:A'\nhosts = ['api.example.com']\n";
  int asked = 0;
  belljar_policy_file* file;
  belljar_policy* policy;
  belljar_buffer* words;
  MUST(belljar_policy_parse(TEXT(text), TEXT("/base"), read_secret, &asked, &file));
  CHECK(asked == 1);
  CHECK(is_text(belljar_policy_file_image(file, NULL), "/base/x.bjimg"));
  CHECK(is_text(belljar_policy_file_audit_file(file, NULL), "/base/log"));
  CHECK(!belljar_policy_file_audit_is_required(file));
  policy = belljar_policy_file_policy(file);
  belljar_policy_file_free(file);
  MUST(belljar_policy_add_module(policy, TEXT("math")));
  MUST(belljar_policy_explain(policy, true, &words));
  CHECK(strstr(belljar_buffer_data(words, NULL), "Import only these modules: json, math.") != NULL);
  CHECK(strstr(belljar_buffer_data(words, NULL), "a secret value") == NULL);
  belljar_buffer_free(words);
  belljar_policy_free(policy);
  FAILS(BELLJAR_ERROR_INVALID_ARGUMENT, belljar_policy_parse(TEXT("x = 1"), NULL, 0, NULL, NULL, &file));
  FAILS(BELLJAR_ERROR_INVALID_ARGUMENT, belljar_policy_parse(TEXT(text), NULL, 0, NULL, NULL, &file));
  FAILS(BELLJAR_ERROR_NOT_FOUND, belljar_policy_parse(TEXT("[[secrets]]\nname='B'\nfrom='env:B'\nhosts=['h']"), NULL, 0,
                                                      read_secret, &asked, &file));
}

/* Says what it was asked, and counts. */
static void answer(void* context, const belljar_http_request* request, belljar_http_response* response) {
  size_t size = 0;
  const char* url = belljar_http_request_url(request, &size);
  ++*(int*)context;
  CHECK(is_text(belljar_http_request_method(request, NULL), "POST") && is_text(belljar_http_request_body(request, NULL), "hi"));
  CHECK(belljar_http_request_header_name(request, belljar_http_request_header_count(request), NULL) == NULL);
  for (size_t i = 0; i < belljar_http_request_header_count(request); i++) {
    if (is_text(belljar_http_request_header_name(request, i, NULL), "X-Key")) {
      CHECK(is_text(belljar_http_request_header_value(request, i, NULL), "a secret value"));
    }
  }
  FAILS(BELLJAR_ERROR_INVALID_ARGUMENT, belljar_http_response_set_status(response, 99));
  MUST(belljar_http_response_set_status(response, 201));
  MUST(belljar_http_response_add_header(response, TEXT("X-Seen"), TEXT("yes")));
  MUST(belljar_http_response_set_body(response, url, size));
  if (strstr(url, "broken")) MUST(belljar_http_response_set_error(response, TEXT("out of order")));
}

void test_http(void) {
  static const char program[] =
      "import http.client\n"
      "def post(path):\n"
      "    connection = http.client.HTTPSConnection('api.example.com')\n"
      "    connection.request('POST', path, b'hi', {'X-Key': 'secret://KEY'})\n"
      "    response = connection.getresponse()\n"
      "    return response.status, response.headers['X-Seen'], response.read().decode()\n"
      "print(*post('/a'))\n"
      "try: post('/broken')\nexcept ConnectionError as e: print('out of order' in str(e))\n";
  belljar_policy* policy = belljar_policy_create();
  belljar_network_limits limits;
  belljar_session* session;
  int asked = 0;
  belljar_network_limits_init(&limits, sizeof limits);
  CHECK(limits.requests == 1000 && limits.header_bytes == 65536);
  limits.requests = 2;
  MUST(belljar_policy_set_network_limits(policy, &limits));
  MUST(belljar_policy_add_rule(policy, TEXT("POST https://api.example.com/")));
  MUST(belljar_policy_add_secret(policy, TEXT("KEY"), TEXT("a secret value"), TEXT("api.example.com"), TEXT("X-Key")));
  MUST(belljar_policy_set_proxy(policy, TEXT("http://proxy.example.com:3128")));
  MUST(belljar_policy_set_ca_file(policy, NULL, 0));
  MUST(belljar_policy_set_http_handler(policy, answer, &asked, count_down));
  session = open_session(policy);
  belljar_policy_free(policy);
  CHECK(prints(session, program, "201 yes https://api.example.com/a\nTrue\n"));
  CHECK(asked == 2);
  belljar_session_free(session);
  CHECK(asked == 1); /* count_down */
}

void test_an_audit_log(void) {
  char path[] = "/tmp/belljar-c-audit-XXXXXX";
  belljar_audit_log* log;
  belljar_audit_summary summary = {.struct_size = sizeof summary};
  belljar_policy* policy = belljar_policy_create();
  belljar_session* session;
  close(mkstemp(path));
  MUST(belljar_audit_log_open(path, strlen(path), true, &log));
  CHECK(belljar_audit_log_lost(log) == 0);
  MUST(belljar_policy_set_audit(policy, log));
  belljar_audit_log_free(log);
  session = open_session(policy);
  CHECK(prints(session, "print(1)", "1\n"));
  belljar_session_free(session);
  belljar_policy_free(policy);
  MUST(belljar_audit_verify(path, strlen(path), &summary));
  CHECK(summary.events == 4 && summary.lost == 0 && summary.torn == 0 && strlen(summary.last_hash) == 64);
  unlink(path);
  FAILS(BELLJAR_ERROR_NOT_FOUND, belljar_audit_verify(path, strlen(path), &summary));
  FAILS(BELLJAR_ERROR_IO, belljar_audit_log_open(TEXT("/nonexistent/log"), true, &log));
}
