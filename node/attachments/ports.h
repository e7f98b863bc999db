// SPDX-License-Identifier: Apache-2.0
// What attachments need from storage: files named by commitment, each with its chunk list and the
// entries that refer to it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/attachment.h"
#include "dure/result.h"

namespace dure::node {

/// An entry that refers to an attachment.
struct AttachmentOwner {
  std::string origin;
  std::uint64_t index = 0;
  // NOLINTBEGIN(modernize-use-nullptr): what the compiler makes of <=> compares with 0
  friend auto operator<=>(const AttachmentOwner&, const AttachmentOwner&) = default;
  // NOLINTEND(modernize-use-nullptr)
};

struct HeldAttachment {
  std::uint64_t size = 0;
  bool whole = false;                                   // all of it is here, verified and durable
  std::optional<AttachmentOwner> owner = std::nullopt;  // one of the entries that refer to it
};

/// How much is here. What is under way counts with its full size.
struct AttachmentTotals {
  std::uint64_t own = 0, own_bytes = 0;
  std::uint64_t mirrored = 0, mirrored_bytes = 0;
  std::uint64_t unfinished = 0;
};

/// The bytes of one attachment, open until destroyed. Threads: any.
class AttachmentContent {
 public:
  virtual ~AttachmentContent() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `out` from `offset`. Fewer bytes than asked for: the end, or it was erased meanwhile;
  /// -1: the disk failed.
  virtual std::int64_t read(std::uint64_t offset, std::span<char> out) const = 0;
};

struct Upload {
  std::string id;
  std::uint64_t received = 0;
};

struct Uploaded {
  Hash commitment{};
  std::uint64_t size = 0;
};

/// Whether an entry lists the attachment; asked before a file is taken away.
using RefersTo = std::function<bool(const AttachmentOwner& owner, const Hash& commitment)>;

/// Files beside entries. No file is ever in memory whole. Threads: any. Errors: kStorage, besides
/// those that are named.
class AttachmentStore {
 public:
  virtual ~AttachmentStore() = default;

  /// Begins an upload of `size` bytes. Errors: kTooLarge; kUnavailable (too many at the same time).
  virtual Result<Upload> begin_upload(std::uint64_t size) = 0;
  /// Adds the chunk at `offset`. Returns how much is here. Errors: kNotFound (no such upload),
  /// kConflict (another offset comes next; nothing was added), kInvalid (not a whole chunk).
  virtual Result<std::uint64_t> continue_upload(std::string_view id, std::uint64_t offset,
                                                std::string_view chunk) = 0;
  /// Makes the attachment durable under a commitment with a fresh salt. It is kept for a while
  /// until an entry refers to it. Errors: kNotFound, kInvalid (not all of it is here).
  virtual Result<Uploaded> finish_upload(std::string_view id) = 0;
  virtual void drop_upload(std::string_view id) = 0;

  /// The entries that refer to it.
  virtual std::vector<AttachmentOwner> owners(const Hash& commitment) const = 0;
  virtual std::optional<HeldAttachment> find(const Hash& commitment) const = 0;
  /// The chunk list as it is served, of a whole or unfinished attachment. Errors: kNotFound.
  virtual Result<Bytes> chunk_list(const Hash& commitment) const = 0;
  /// Errors: kNotFound unless it is whole.
  virtual Result<std::shared_ptr<const AttachmentContent>> open(const Hash& commitment) const = 0;

  /// Writes down that the entry refers to a held attachment, before the entry is stored.
  /// Errors: kNotFound; kGone (the entry was erased); kConflict (it belongs to another log: nobody
  /// can hold on to what others erase).
  virtual Status add_owner(const Hash& commitment, const AttachmentOwner& owner) = 0;
  /// The entry is stored. Until then it counts as there.
  virtual void settle_owner(const AttachmentOwner& owner) = 0;

  /// Makes room for an attachment that an entry here refers to; its list was checked. Errors: kGone
  /// (the entry was erased), kConflict (it belongs to another log).
  virtual Status begin_fetch(const Hash& commitment, const ChunkList& list,
                             const AttachmentOwner& owner) = 0;
  /// How many chunks of it are here; all of them are read and verified. Errors: kNotFound.
  virtual Result<std::uint64_t> fetched(const Hash& commitment) = 0;
  /// Adds the next chunk, verified by the caller. Errors: kGone (it was erased meanwhile),
  /// kConflict (another one is next).
  virtual Status add_chunk(const Hash& commitment, std::uint64_t index, std::string_view bytes) = 0;
  /// All chunks are here: makes it whole. Errors: kGone.
  virtual Status finish_fetch(const Hash& commitment) = 0;

  /// Takes away what only these entries refer to, list and salt with it, and returns once that is
  /// durable; downloads under way end. Safe to repeat.
  virtual Status erase(std::string_view origin, std::span<const std::uint64_t> indexes) = 0;

  virtual AttachmentTotals totals() const = 0;
  /// Grows whenever find() could answer otherwise.
  virtual std::uint64_t changes() const = 0;
  /// Reads everything that is whole and compares it with its commitment. Returns those that are
  /// damaged.
  virtual Result<std::vector<Hash>> check() const = 0;
  /// Drops uploads that were not finished, and attachments that no entry came to refer to, once
  /// they are older than `seconds`.
  virtual void drop_unused(std::int64_t seconds) = 0;
};

}  // namespace dure::node
