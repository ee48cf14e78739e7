#include "session/frames.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "tools/tool_set.h"
#include "wire/cbor.h"

namespace belljar {
namespace {

enum RequestFlag : uint32_t { kReseed = 1, kFirst = 2, kScript = 4, kFinish = 8, kBind = 16, kShort = 32, kTools = 64 };
enum RequestTag : uint32_t { kSource = 1, kFilename = 2, kArgument = 3, kEnvironment = 4, kTool = 5, kName = 6, kData = 7 };
enum ReplyTag : uint32_t {
  kValue = 16,
  kErrorType = 17,
  kErrorMessage = 18,
  kErrorTraceback = 19,
  kValueDropped = 20,
  kResult = 21,
};

constexpr int kMaxJsonDepth = 100;

size_t padded(size_t n) { return (n + 3) & ~size_t{3}; }

void put32(std::vector<uint8_t>* frame, uint32_t value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  frame->insert(frame->end(), bytes, bytes + sizeof value);
}

void put_field(std::vector<uint8_t>* frame, uint32_t tag, std::string_view data, bool with_nul = false) {
  const size_t length = data.size() + with_nul;
  put32(frame, tag);
  put32(frame, static_cast<uint32_t>(length));
  frame->insert(frame->end(), data.begin(), data.end());
  frame->insert(frame->end(), padded(length) - data.size(), 0);
}

uint32_t load32(const uint8_t* at) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

struct Field {
  uint32_t tag;
  std::span<const uint8_t> data;
};

class FieldReader {
 public:
  explicit FieldReader(std::span<const uint8_t> fields) : rest_(fields) {}

  bool at_end() const { return rest_.empty(); }

  /// Nothing when the next field does not fit the frame.
  std::optional<Field> next() {
    if (rest_.size() < 8) return std::nullopt;
    const uint32_t tag = load32(rest_.data()), length = load32(rest_.data() + 4);
    if (padded(length) > rest_.size() - 8) return std::nullopt;
    Field field{tag, rest_.subspan(8, length)};
    rest_ = rest_.subspan(8 + padded(length));
    return field;
  }

 private:
  std::span<const uint8_t> rest_;
};

std::string text(std::span<const uint8_t> data) {
  return to_valid_utf8(std::string(reinterpret_cast<const char*>(data.data()), data.size()));
}

bool is_known_type(std::string_view mime) {
  return mime == "text/plain" || mime == "text/html" || mime == "image/svg+xml" || mime == "image/png" ||
         mime == "application/json";
}

// As the guest may hand over a string that it says is one, possibly with line ends: nothing that means something in HTML.
bool is_base64(std::string_view text) {
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n") ==
         std::string_view::npos;
}

bool has_type(const std::vector<MimeEntry>& value, std::string_view mime) {
  return std::any_of(value.begin(), value.end(), [&](const MimeEntry& entry) { return entry.type == mime; });
}

// False when the entry is malformed. One of an unknown type or of a type that came before, JSON that is none and a picture
// that is no base64 are left out.
bool add_value(std::span<const uint8_t> data, std::vector<MimeEntry>* value) {
  if (data.size() < 4) return false;
  const uint32_t mime_length = load32(data.data());
  if (padded(mime_length) > data.size() - 4) return false;
  MimeEntry entry{text(data.subspan(4, mime_length)), text(data.subspan(4 + padded(mime_length)))};
  if (!is_known_type(entry.type) || has_type(*value, entry.type)) return true;
  if (entry.type == "application/json" && !is_json(entry.data, kMaxJsonDepth)) return true;
  if (entry.type == "image/png" && !is_base64(entry.data)) return true;
  value->push_back(std::move(entry));
  return true;
}

bool add_field(const Field& field, Reply* reply) {
  switch (field.tag) {
    case kValue: return add_value(field.data, &reply->value);
    case kErrorType: reply->error_type = text(field.data); return true;
    case kErrorMessage: reply->error_message = text(field.data); return true;
    case kErrorTraceback: reply->error_traceback = text(field.data); return true;
    case kValueDropped:
      if (field.data.size() != 4) return false;
      reply->value_dropped = load32(field.data.data());
      return true;
    case kResult: reply->data.assign(field.data.begin(), field.data.end()); return true;
    default: return true;
  }
}

void put_tool(std::vector<uint8_t>* frame, const Tool& tool) {
  std::vector<uint8_t> data;
  for (const std::string* text : {&tool.name, &tool.signature, &tool.doc}) encode_cbor_text(*text, ~uint64_t{0}, &data);
  encode_cbor(Value(tool.is_async), ~uint64_t{0}, &data);
  put_field(frame, kTool, {reinterpret_cast<const char*>(data.data()), data.size()});
}

}  // namespace

void encode_request(const Request& request, std::vector<uint8_t>* frame) {
  frame->clear();
  put32(frame, request.kind);
  put32(frame, request.reseed * kReseed | request.first * kFirst | request.script * kScript |
                   request.finish * kFinish | request.bind * kBind | request.short_of_memory * kShort |
                   (request.tools != nullptr) * kTools);
  put32(frame, request.cell);
  put32(frame, request.value_budget);
  if (request.kind == Request::kCell) put_field(frame, kSource, request.source, true);
  if (!request.filename.empty()) put_field(frame, kFilename, request.filename);
  if (request.arguments) {
    for (const std::string& argument : *request.arguments) put_field(frame, kArgument, argument);
  }
  if (request.environment) {
    for (const auto& [name, value] : *request.environment) put_field(frame, kEnvironment, name + "=" + value);
  }
  if (request.tools) {
    for (const Tool& tool : request.tools->tools()) put_tool(frame, tool);
    if (request.tools->modules()) {
      Tool modules;
      modules.signature = *request.tools->modules();
      put_tool(frame, modules);
    }
  }
  if (!request.name.empty()) put_field(frame, kName, request.name);
  if (request.kind == Request::kDefine) {
    put_field(frame, kData, {reinterpret_cast<const char*>(request.data.data()), request.data.size()});
  }
}

std::optional<Reply> decode_reply(std::span<const uint8_t> frame) {
  if (frame.size() < 8) return std::nullopt;
  Reply reply;
  const uint32_t status = load32(frame.data());
  if (status > Reply::kRefused) return std::nullopt;
  reply.status = static_cast<Reply::Status>(status);
  reply.exit_code = static_cast<int32_t>(load32(frame.data() + 4));
  FieldReader fields(frame.subspan(8));
  while (!fields.at_end()) {
    const std::optional<Field> field = fields.next();
    if (!field || !add_field(*field, &reply)) return std::nullopt;
  }
  return reply;
}

std::optional<Bundle> decode_bundle(std::span<const uint8_t> frame) {
  Reply reply;
  FieldReader fields(frame);
  while (!fields.at_end()) {
    const std::optional<Field> field = fields.next();
    if (!field || (field->tag != kValue && field->tag != kValueDropped) || !add_field(*field, &reply)) return std::nullopt;
  }
  return Bundle{std::move(reply.value), reply.value_dropped};
}

}  // namespace belljar
