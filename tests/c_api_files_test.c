/* Mounts, their changes, and files in and out, from C. */
#include <unistd.h>

#include "c_api_support.h"

void test_mounts_and_files(void) {
  belljar_policy* policy = belljar_policy_create();
  belljar_mount mount;
  belljar_session* session;
  belljar_buffer* buffer;
  belljar_value* changes;
  size_t size;
  char folder[] = "/tmp/belljar-c-api-XXXXXX";
  char path[64];
  CHECK(mkdtemp(folder) != NULL);
  belljar_mount_init(&mount, sizeof mount);
  CHECK(mount.max_bytes == (uint64_t)1 << 30 && mount.max_entries == 10000 && mount.mode == BELLJAR_MOUNT_READ_ONLY);
  mount.host = folder;
  mount.host_size = strlen(folder);
  mount.guest = "/data";
  mount.guest_size = 5;
  mount.mode = BELLJAR_MOUNT_COPY_ON_WRITE;
  MUST(belljar_policy_add_mount(policy, &mount));
  session = open_session(policy);
  CHECK(prints(session, "open('/data/f', 'w').write('new\\n'); print('a')", "a\n"));
  MUST(belljar_session_changes(session, &changes));
  MUST(belljar_value_to_json(changes, &buffer));
  CHECK(strstr(belljar_buffer_data(buffer, &size), "/data/f") != NULL);
  belljar_buffer_free(buffer);
  belljar_value_free(changes);
  MUST(belljar_session_diff(session, &buffer));
  CHECK(strstr(belljar_buffer_data(buffer, &size), "+new") != NULL);
  belljar_buffer_free(buffer);
  MUST(belljar_session_export_changes(session, folder, strlen(folder), NULL, 0));
  MUST(belljar_session_write_file(session, "g", 1, "text", 4));
  MUST(belljar_session_read_file(session, "g", 1, 4, &buffer));
  CHECK(strcmp(belljar_buffer_data(buffer, &size), "text") == 0 && size == 4);
  belljar_buffer_free(buffer);
  FAILS(BELLJAR_ERROR_EXHAUSTED, belljar_session_read_file(session, "g", 1, 3, &buffer));
  snprintf(path, sizeof path, "%s/f", folder);
  MUST(belljar_session_upload(session, path, strlen(path), "h", 1));
  CHECK(unlink(path) == 0);
  MUST(belljar_session_download(session, "h", 1, path, strlen(path)));
  CHECK(unlink(path) == 0 && rmdir(folder) == 0);
  belljar_session_free(session);
  belljar_policy_free(policy);
}
