// Policies as text.

#include <optional>

#include "c_api/boundary.h"
#include "c_api/policy.h"

using namespace belljar;
using namespace belljar::c_api;

struct belljar_policy_file {
  PolicyFile file;
};

namespace {

void take_secret(void* to, const char* value, size_t size) {
  static_cast<std::optional<std::string>*>(to)->emplace(value ? value : "", value ? size : 0);
}

Result<std::string> ask_for_secret(belljar_read_secret read, void* context, std::string_view source) {
  std::optional<std::string> value;
  if (read(context, source.data(), source.size(), take_secret, &value) && value) return *std::move(value);
  return Error{ErrorCode::kNotFound, "there is no secret " + std::string(source), "see the read_secret callback"};
}

}  // namespace

extern "C" {

belljar_error* belljar_policy_parse(const char* toml, size_t toml_size, const char* directory, size_t directory_size,
                                    belljar_read_secret read_secret, void* context, belljar_policy_file** out) {
  return guarded_out(out, [&]() -> Status {
    const std::string_view text = BELLJAR_TRY(text_of(toml, toml_size, "the policy"));
    PolicyFileOptions options;
    options.directory = BELLJAR_TRY(text_of(directory, directory_size, "the directory"));
    if (read_secret) {
      options.read_secret = [&](std::string_view source) { return ask_for_secret(read_secret, context, source); };
    }
    PolicyFile file = BELLJAR_TRY(parse_policy(text, options));
    *out = hold<belljar_policy_file>(std::move(file));
    return Ok{};
  });
}

belljar_policy* belljar_policy_file_policy(const belljar_policy_file* file) {
  if (!file) return nullptr;
  try {
    return hold<belljar_policy>(file->file.policy);
  } catch (...) {
    return nullptr;
  }
}

const char* belljar_policy_file_image(const belljar_policy_file* file, size_t* size) {
  return file ? give(file->file.image, size) : give_nothing(size);
}

const char* belljar_policy_file_audit_file(const belljar_policy_file* file, size_t* size) {
  return file ? give(file->file.audit_file, size) : give_nothing(size);
}

bool belljar_policy_file_audit_is_required(const belljar_policy_file* file) {
  return file && file->file.audit_is_required;
}

void belljar_policy_file_free(belljar_policy_file* file) { delete file; }

belljar_error* belljar_policy_explain(const belljar_policy* policy, bool to_model, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    *out = hold<belljar_buffer>(to_model ? explain_to_model(policy->policy) : explain(policy->policy));
    return Ok{};
  });
}

}  // extern "C"
