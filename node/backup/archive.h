// SPDX-License-Identifier: Apache-2.0
// Several files in one sequence of bytes, in the order of their names.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "backup/stream.h"
#include "dure/result.h"

namespace dure::node {

struct ArchiveMember {
  std::string name;  // "node.db", "attachments/ab/…"
  std::uint64_t bytes = 0;
};

/// True for relative paths of letters, digits, '.', '-' and '_' that stay in their folder.
bool is_archive_name(std::string_view name);

/// Shape: per member u16be length of the name ‖ name ‖ u64be bytes ‖ content; at the end u16be 0.
/// Threads: one.
class ArchiveWriter {
 public:
  explicit ArchiveWriter(TakeBytes out) : out_(std::move(out)) {}
  /// Names in ascending order, each an archive name (else abort).
  Status begin(const ArchiveMember& member);
  /// Errors: those of `out`; kConflict if it is more than was announced.
  Status write(std::string_view content);
  /// Errors: likewise, or less than that.
  Status finish();

 private:
  Status end_member();
  const TakeBytes out_;
  std::string last_;
  std::uint64_t missing_ = 0;  // of the present member's content
};

/// What reading does with members. Each may end the reading with an error of its own.
struct ArchiveSink {
  std::function<Status(const ArchiveMember&)> begin;
  std::function<Status(std::string_view)> content;
  std::function<Status()> end;
};

/// Reads to the end. Errors: those of `in` and of the sink; kMalformed (no archive, a name that
/// leads elsewhere, names out of order, cut off, something follows).
Status read_archive(const GiveBytes& in, const ArchiveSink& sink);

}  // namespace dure::node
