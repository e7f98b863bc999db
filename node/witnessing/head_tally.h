// SPDX-License-Identifier: Apache-2.0
// Who has cosigned one head of the own log, and whether that is enough.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/quorum.h"
#include "witnessing/asking.h"

namespace dure::node {

/// The head with the signatures of its log alone.
SignedCheckpoint only_log_lines(SignedCheckpoint head);
/// `note` and those lines of `other` that it lacks, if both are about the same text.
std::string merge_lines(std::string note, std::string_view other);
/// Whether the cosignatures among `lines`, verified before, are a quorum: one voice for each
/// operator among `seats`.
bool lines_have_quorum(std::span<const NoteSignature> lines, const std::vector<WitnessSeat>& seats);

/// Threads: one at a time.
class HeadTally {
 public:
  explicit HeadTally(SignedCheckpoint head) : head_(std::move(head)) {}

  const SignedCheckpoint& head() const { return head_; }
  const std::string& text() const { return head_.note.text; }
  std::uint64_t size() const { return head_.checkpoint.size; }

  std::size_t cosignatures() const { return lines_.size(); }

  /// The log has signed this head once more; what others said of it goes on.
  void sign_anew(const SignedCheckpoint& head) { head_ = head; }
  /// A later cosignature by the same key takes the place of the earlier.
  void add(const std::string& key_name, const Cosignature& cosignature) {
    lines_[key_name] = cosignature;
  }
  /// A mirror says that it holds `held`: this head, or a later one of the same history.
  void add_mirror(const std::string& key_name, MirrorAnswer held);
  /// Goes on with what a mirror said of this head or a later one.
  void take_mirror_from(const HeadTally& earlier);

  /// One voice for each operator among `seats`.
  bool has_quorum(const std::vector<WitnessSeat>& seats) const;
  bool has_mirror() const { return mirror_.has_value(); }
  /// With the log's signature and all cosignatures.
  std::string note() const;
  /// The mirror's word, as a note; empty if there is none.
  std::string mirror_note() const;

 private:
  SignedCheckpoint head_;
  std::map<std::string, Cosignature> lines_;  // by key name
  std::optional<MirrorAnswer> mirror_;
};

}  // namespace dure::node
