// SPDX-License-Identifier: Apache-2.0
// The passphrase of key files: from a file, a credential of systemd, or whoever sits at the
// terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dure/result.h"
#include "settings/settings.h"

namespace dure::node {

/// Text that is wiped when it goes out of scope. Move-only.
class Passphrase {
 public:
  explicit Passphrase(std::string text) : text_(std::move(text)) {}
  Passphrase(Passphrase&& other) noexcept;
  Passphrase& operator=(Passphrase&& other) noexcept;
  Passphrase(const Passphrase&) = delete;
  Passphrase& operator=(const Passphrase&) = delete;
  ~Passphrase();
  std::string_view text() const { return text_; }

 private:
  void wipe();
  std::string text_;
};

/// The first line of `path`, which only its owner may read. Errors: kStorage; kRefused (others may
/// read it); kMalformed (no line, or a very long one).
Result<Passphrase> read_secret_line(const std::string& path);

/// Writes `prompt` to the terminal and reads a line without showing it.
/// Errors: kUnavailable if nobody sits at a terminal.
Result<Passphrase> ask_terminal(const std::string& prompt);

/// Where this process gets the passphrase from: `keys.passphrase_file`, the credential
/// `dure-passphrase` of systemd, the terminal. Threads: one at a time.
class PassphraseSource {
 public:
  explicit PassphraseSource(const Settings& settings) : settings_(settings) {}
  /// What opened or sealed a key file of this process before; null if nothing did.
  const Passphrase* remembered() const { return remembered_ ? &*remembered_ : nullptr; }
  void remember(Passphrase passphrase) const { remembered_ = std::move(passphrase); }
  /// Errors: kRefused with what to do if there is none of them; as read_secret_line.
  Result<Passphrase> of(const std::string& key_file) const;
  /// A new one: asked for twice at a terminal. Errors: as of; kInvalid (too short, or two different
  /// ones).
  Result<Passphrase> fresh(const std::string& key_file) const;

 private:
  Result<std::optional<Passphrase>> from_file() const;
  Result<Passphrase> ask(const char* prompt, const std::string& key_file) const;
  Settings settings_;
  mutable std::optional<Passphrase> remembered_;
};

}  // namespace dure::node
