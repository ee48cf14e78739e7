// One output stream of a run: capped, byte-exact, and counted beyond the cap.
#ifndef BELLJAR_SESSION_OUTPUT_H_
#define BELLJAR_SESSION_OUTPUT_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace belljar {

class Output {
 public:
  void begin(uint64_t limit) {
    left_ = limit;
    written_ = 0;
    dropped_ = 0;
    data_.clear();
  }

  /// The part of `bytes` that is still within the limit; counts the rest.
  std::string_view admit(std::string_view bytes) {
    const auto kept = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
    left_ -= kept;
    written_ += bytes.size();
    dropped_ += bytes.size() - kept;
    return bytes.substr(0, kept);
  }

  void collect(std::string_view bytes) { data_.append(bytes); }

  uint64_t written() const { return written_; }
  uint64_t dropped() const { return dropped_; }
  std::string take() { return std::move(data_); }

 private:
  uint64_t left_ = 0;
  uint64_t written_ = 0;
  uint64_t dropped_ = 0;
  std::string data_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_OUTPUT_H_
