#include "attacks/canary.h"

#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace belljar::attacks {
namespace {

std::string secret() {
  unsigned char random[32];
  if (getrandom(random, sizeof random, 0) != sizeof random) throw std::runtime_error("no random numbers");
  static const char kDigits[] = "0123456789abcdef";
  std::string text = "canary-";
  for (const unsigned char byte : random) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

Canaries::Canaries()
    : environment_(secret()), file_(secret()), path_(secret()), memory_(secret()), session_(secret()) {
  folder_ = std::filesystem::temp_directory_path() / path_;
  std::filesystem::create_directory(folder_);
  const std::string name = folder_ + "/secret.txt";
  if (!(std::ofstream(name) << file_ << std::flush)) throw std::runtime_error("cannot write " + name);
  setenv("BELLJAR_CANARY", environment_.c_str(), 1);
  setenv("BELLJAR_CANARY_FILE", name.c_str(), 1);
  if (chdir(folder_.c_str()) != 0) throw std::runtime_error("cannot enter " + folder_);
}

Canaries::~Canaries() {
  std::error_code ignored;
  if (chdir("/") == 0) std::filesystem::remove_all(folder_, ignored);
}

std::string Canaries::leaked(const RunResult& result) const {
  std::vector<const std::string*> texts = {&result.stdout_data, &result.stderr_data};
  for (const MimeEntry& entry : result.value) texts.insert(texts.end(), {&entry.type, &entry.data});
  if (result.error) texts.insert(texts.end(), {&result.error->type, &result.error->message, &result.error->traceback});
  const std::pair<const std::string*, const char*> secrets[] = {
      {&environment_, "the host's environment"}, {&file_, "a file of the host"}, {&path_, "a path of the host"},
      {&memory_, "the host's memory"},           {&session_, "another session"},
  };
  for (const auto& [text, place] : secrets) {
    for (const std::string* shown : texts) {
      if (shown->find(*text) != std::string::npos) return place;
    }
  }
  return "";
}

}  // namespace belljar::attacks
