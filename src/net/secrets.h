// Secrets of a policy: put into requests in place of their placeholders, and never anywhere else (grants.h).
#ifndef BELLJAR_NET_SECRETS_H_
#define BELLJAR_NET_SECRETS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/grants.h"
#include "belljar/result.h"
#include "net/failure.h"
#include "net/headers.h"
#include "net/url.h"

namespace belljar::net {

/// Overwrites the text's bytes.
void wipe(std::string& text);

class Secrets {
 public:
  /// kInvalidArgument says which cannot be, and why; never its value.
  static Result<Secrets> create(const std::vector<Secret>& secrets);

  Secrets() = default;
  Secrets(Secrets&&) = default;
  Secrets& operator=(Secrets&&) = default;
  ~Secrets();

  bool empty() const { return entries_.empty(); }

  /// Whether some secret may be sent there.
  bool concerns(const Origin& origin) const;

  /// Puts values in place of "secret://NAME", also inside of Basic's base64. Refuses a name that there is not, and a host
  /// or header that it is not for. `*used` gets the names.
  std::optional<Failure> put_into(const Origin& origin, Headers* headers, std::vector<std::string>* used) const;

  /// A refusal when `text`, of a URL or a body, holds a placeholder of ours: it would be sent as it stands.
  std::optional<Failure> refuse_in(std::string_view text, std::string_view where) const;

  /// Whether a header's value, as the guest wrote it, holds a placeholder.
  static bool has_placeholder(std::string_view name, std::string_view value);

  /// A form in which a value may come back, and what stands for it then.
  struct Form {
    std::string bytes;
    std::string placeholder;
  };
  const std::vector<Form>& forms() const { return forms_; }

 private:
  struct Entry {
    Secret secret;
    std::vector<Origin> origins;
  };

  std::optional<Failure> replace(const Origin& origin, std::string_view header, std::string* text,
                                 std::vector<std::string>* used) const;
  void add_forms(const Secret& secret);

  std::vector<Entry> entries_;
  std::vector<Form> forms_;
};

/// Puts placeholders in place of all forms of the secrets in a text that comes in pieces.
class Masker {
 public:
  /// `secrets` must outlive it.
  explicit Masker(const Secrets& secrets);
  ~Masker() { wipe(held_); }
  Masker(const Masker&) = delete;
  Masker& operator=(const Masker&) = delete;

  /// What of the text so far is certain. Held back is only what may be the beginning of a form.
  std::string push(std::string_view piece, bool is_last);

 private:
  bool may_begin_a_form(std::string_view rest) const;

  const std::vector<Secrets::Form>& forms_;
  std::vector<uint16_t> by_first_[256];  // indices of forms, the longest first
  size_t longest_ = 0;
  std::string held_;
};

/// Of a whole text.
std::string masked(const Secrets& secrets, std::string_view text);

}  // namespace belljar::net

#endif  // BELLJAR_NET_SECRETS_H_
