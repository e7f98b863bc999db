// SPDX-License-Identifier: Apache-2.0
// The frames of a backup file: bytes of any number, 64 KiB in memory at a time. A reader hands out
// nothing that was changed, and says so if anything is missing or follows.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "backup/header.h"
#include "backup/recipient.h"
#include "dure/result.h"

namespace dure::node {

using TakeBytes = std::function<Status(std::string_view bytes)>;
/// Fills the span; fewer bytes only at the end.
using GiveBytes = std::function<Result<std::size_t>(std::span<char> out)>;

inline constexpr std::size_t kFrameBytes = std::size_t{1} << 16;  // of content

/// What opens a sealed file; neither is needed for a plain one.
struct BackupKey {
  const BackupSecret* secret = nullptr;
  const Secret<32>* file_key = nullptr;  // of the process that made it
};

/// Frames in one kind of file. Each is content and a trailer that depends on header and frames
/// before it.
class Framing {
 public:
  struct Opened {
    std::string_view content;  // within the frame
    bool last = false;
  };
  virtual ~Framing() = default;
  virtual std::size_t overhead() const = 0;  // bytes of a frame that are not content
  virtual Bytes seal(std::string_view content, bool last) = 0;
  /// Opens `frame` in its place; nothing if it is not what was sealed.
  virtual std::optional<Opened> open(std::span<char> frame) = 0;
};

/// Threads: one.
class BackupWriter {
 public:
  /// Writes the header; sealed for the recipient if there is one. Errors: those of `out`.
  static Result<std::unique_ptr<BackupWriter>> begin(
      TakeBytes out, const std::optional<BackupRecipient>& recipient);
  Status write(std::string_view bytes);
  /// The last frame. Without it the file reads as cut off.
  Status finish();
  const BackupHeader& header() const { return header_; }
  /// Opens what was written; for reading it back.
  BackupKey key() const { return {nullptr, &file_key_}; }

 private:
  explicit BackupWriter(TakeBytes out) : out_(std::move(out)) {}
  const TakeBytes out_;
  BackupHeader header_;
  Secret<32> file_key_;
  std::unique_ptr<Framing> framing_;
  Bytes waiting_;  // at most one frame
};

/// Threads: one.
class BackupReader {
 public:
  /// Errors: those of `in`; kMalformed (no backup file, or damaged), kUnsupported, kRefused (sealed
  /// and no key, or for another one).
  static Result<std::unique_ptr<BackupReader>> begin(GiveBytes in, const BackupKey& key);
  /// Fills `out`; fewer bytes only at the end, which was found to be the end. Errors: those of
  /// `in`; kMalformed (changed, cut off, or something follows).
  Result<std::size_t> read(std::span<char> out);
  const BackupHeader& header() const { return header_; }

 private:
  explicit BackupReader(GiveBytes in) : in_(std::move(in)) {}
  Status next_frame();
  const GiveBytes in_;
  BackupHeader header_;
  std::unique_ptr<Framing> framing_;
  Bytes frame_;
  std::string_view content_;  // of frame_, what was not read yet
  bool ended_ = false;
  std::uint64_t frames_ = 0;
};

/// Reads just the header. Errors: as BackupReader::begin, but no key is needed.
Result<BackupHeader> read_backup_header(const GiveBytes& in, Bytes* bytes = nullptr);

}  // namespace dure::node
