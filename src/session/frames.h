// Requests to the guest's kernel and its replies as byte frames: docs/formats/guest-abi.md.
#ifndef BELLJAR_SESSION_FRAMES_H_
#define BELLJAR_SESSION_FRAMES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/run_result.h"

namespace belljar {

class ToolSet;

struct Request {
  enum Kind : uint32_t { kCell = 1, kDefine = 2, kGet = 3 };
  Kind kind = kCell;
  bool reseed = false;
  bool first = false;
  bool script = false;
  bool finish = false;
  bool bind = false;
  bool short_of_memory = false;
  uint32_t cell = 0;
  uint32_t value_budget = 0;
  std::string_view source;
  std::string_view filename;  ///< empty: the kernel's default
  const std::vector<std::string>* arguments = nullptr;
  const std::vector<std::pair<std::string, std::string>>* environment = nullptr;
  const ToolSet* tools = nullptr;  ///< null: the guest keeps those that it has
  std::string_view name;           ///< of the variable, for kDefine and kGet
  std::span<const uint8_t> data;   ///< its value, for kDefine
};

/// Replaces `frame` with the encoded request. At most 4 GiB: the caller limits the source.
void encode_request(const Request& request, std::vector<uint8_t>* frame);

/// Room for type, message and traceback beside the value.
inline constexpr uint64_t kReplyOverhead = 256 << 10;

struct Reply {
  enum Status : uint32_t { kOk = 0, kException = 1, kExit = 2, kRefused = 3 };
  Status status = kOk;
  int32_t exit_code = 0;
  std::vector<MimeEntry> value;
  uint64_t value_dropped = 0;
  std::string error_type, error_message, error_traceback;
  std::vector<uint8_t> data;  ///< the answer to kGet
};

/// Decodes a copy of what the guest sent. Nothing in it is believed: text is made valid UTF-8, JSON is checked, unknown
/// fields are skipped. Nothing when the frame is malformed.
std::optional<Reply> decode_reply(std::span<const uint8_t> frame);

struct Bundle {
  std::vector<MimeEntry> entries;
  uint64_t dropped = 0;
};

/// The fields of a reply that are a value's, as above, of something displayed.
std::optional<Bundle> decode_bundle(std::span<const uint8_t> frame);

}  // namespace belljar

#endif  // BELLJAR_SESSION_FRAMES_H_
