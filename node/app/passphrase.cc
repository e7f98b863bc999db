// SPDX-License-Identifier: Apache-2.0
#include "app/passphrase.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "app/descriptor.h"
#include "web/texts.h"

namespace dure::node {
namespace {

constexpr std::size_t kLeastBytes = 8;
constexpr std::size_t kMostBytes = 1024;

Error secret_error(ErrorCode code, const char* text, const std::string& path, std::string detail) {
  return Error{code, path + ": " + detail, text, {{"file", path}, {"detail", std::move(detail)}}};
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
  return value == nullptr ? std::string() : std::string(value);
}

// Up to and without the first newline; the rest is not read.
Result<Passphrase> read_line(int file, const std::string& path) {
  std::array<char, kMostBytes + 1> bytes{};
  std::size_t size = 0;
  while (size < bytes.size()) {
    const auto count = read(file, bytes.data() + size, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return secret_error(ErrorCode::kStorage, "errors.secret_read", path,
                          std::generic_category().message(errno));
    }
    if (count == 0 || bytes[size] == '\n') break;
    ++size;
  }
  Passphrase line(std::string(bytes.data(), size));
  sodium_memzero(bytes.data(), bytes.size());
  if (size == 0) return secret_error(ErrorCode::kMalformed, "errors.secret_empty", path, "empty");
  if (size > kMostBytes)
    return secret_error(ErrorCode::kMalformed, "errors.secret_empty", path, "too long");
  return line;
}

// What is typed is not shown while this exists.
class NoEcho {
 public:
  explicit NoEcho(int terminal) : terminal_(terminal) {
    good_ = tcgetattr(terminal_, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    good_ = good_ && tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (good_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  bool good() const { return good_; }

 private:
  int terminal_;
  termios before_{};
  bool good_ = false;
};

void say(int terminal, std::string_view text) {
  // If the terminal is gone, reading from it fails next.
  if (write(terminal, text.data(), text.size()) < 0) return;
}

}  // namespace

Passphrase::Passphrase(Passphrase&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe();
}

Passphrase& Passphrase::operator=(Passphrase&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  text_ = std::move(other.text_);
  other.wipe();
  return *this;
}

// A short string stays in the object that it was moved from.
void Passphrase::wipe() {
  text_.resize(text_.capacity());
  sodium_memzero(text_.data(), text_.size());
  text_.clear();
}

Passphrase::~Passphrase() { wipe(); }

Result<Passphrase> read_secret_line(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    return secret_error(ErrorCode::kStorage, "errors.secret_read", path,
                        std::generic_category().message(errno));
  }
  if (S_ISREG(info.st_mode) && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return secret_error(ErrorCode::kRefused, "errors.secret_permissions", path,
                        "readable by others");
  }
  return read_line(file.get(), path);
}

Result<Passphrase> ask_terminal(const std::string& prompt) {
  const Error nobody{ErrorCode::kUnavailable, "no terminal"};
  if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) return nobody;
  const NoEcho silent(STDIN_FILENO);
  if (!silent.good()) return nobody;
  say(STDERR_FILENO, prompt);
  auto line = read_line(STDIN_FILENO, "terminal");
  say(STDERR_FILENO, "\n");
  return line;
}

Result<std::optional<Passphrase>> PassphraseSource::from_file() const {
  std::string path = settings_.passphrase_file;
  if (path.empty()) {
    const std::string folder = variable("CREDENTIALS_DIRECTORY");
    if (folder.empty()) return std::optional<Passphrase>();
    path = folder + "/dure-passphrase";
    if (access(path.c_str(), F_OK) != 0) return std::optional<Passphrase>();
    // Who may read it is systemd's business.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    auto line = read_line(file.get(), path);
    if (!line) return std::move(line).error();
    return std::optional<Passphrase>(*std::move(line));
  }
  auto line = read_secret_line(path);
  if (!line) return std::move(line).error();
  return std::optional<Passphrase>(*std::move(line));
}

Result<Passphrase> PassphraseSource::ask(const char* prompt, const std::string& key_file) const {
  const auto language = choose_language(settings_.language, variable("LC_ALL"),
                                        variable("LC_MESSAGES"), variable("LANG"));
  auto typed = ask_terminal(text(language, prompt, {{"file", printable(key_file, 400)}}) + " ");
  if (typed || typed.error().code != ErrorCode::kUnavailable) return typed;
  return secret_error(ErrorCode::kRefused, "errors.passphrase_needed", key_file,
                      "no passphrase was given");
}

Result<Passphrase> PassphraseSource::of(const std::string& key_file) const {
  auto given = from_file();
  if (!given) return std::move(given).error();
  if (given->has_value()) return **std::move(given);
  return ask("cli.passphrase_prompt", key_file);
}

Result<Passphrase> PassphraseSource::fresh(const std::string& key_file) const {
  auto given = from_file();
  if (!given) return std::move(given).error();
  const bool typed = !given->has_value();
  auto chosen =
      typed ? ask("cli.passphrase_new_prompt", key_file) : Result<Passphrase>(**std::move(given));
  if (!chosen) return chosen;
  if (chosen->text().size() < kLeastBytes) {
    return Error{ErrorCode::kInvalid,
                 "a short passphrase",
                 "errors.passphrase_short",
                 {{"least", std::to_string(kLeastBytes)}}};
  }
  if (!typed) return chosen;
  const auto again = ask("cli.passphrase_again_prompt", key_file);
  if (!again) return again.error();
  if (again->text() == chosen->text()) return chosen;
  return Error{ErrorCode::kInvalid, "two different passphrases", "errors.passphrase_differs"};
}

}  // namespace dure::node
