// SPDX-License-Identifier: Apache-2.0
#include "publishing/head_signer.h"

#include <utility>

namespace dure::node {
namespace {

/// By every key that the log has at present.
Result<SignedCheckpoint> sign_head(const Checkpoint& checkpoint, const PublisherPorts& ports) {
  auto head = sign_checkpoint(checkpoint, *ports.signer);
  if (!head || ports.second == nullptr) return head;
  auto line = sign_note(head->note.text, *ports.second);
  if (!line) return std::move(line).error();
  head->note.signatures.push_back(*std::move(line));
  return head;
}

bool signed_by(const SignedCheckpoint& head, const Signer* signer) {
  if (signer == nullptr) return true;
  const VerifierKey& key = signer->verifier();
  return verify_log_signature(head.note, {&key, 1}).has_value();
}

}  // namespace

Status sign_anew(const PublisherPorts& ports, Recovered& recovered) {
  if (recovered.quarantine || !recovered.head) return ok();
  if (signed_by(*recovered.head, ports.signer) && signed_by(*recovered.head, ports.second))
    return ok();
  auto head = sign_head(recovered.head->checkpoint, ports);
  if (!head) return std::move(head).error();
  auto locked =
      ports.head_lock->replace_head(format_note(recovered.head->note), format_note(head->note));
  if (!locked) return locked;
  if (auto shown = ports.log->publish_head(*head); !shown) return shown;
  recovered.head = *std::move(head);
  return ok();
}

HeadSigner::HeadSigner(const PublisherPorts& ports, const Recovered& recovered)
    : ports_(ports),
      quarantine_(recovered.quarantine),
      from_start_(recovered.quarantine.has_value()),
      quarantined_(recovered.quarantine.has_value()) {
  if (!recovered.head) return;
  locked_note_ = format_note(recovered.head->note);
  signed_size_ = recovered.head->checkpoint.size;
  if (!recovered.quarantine && ports_.on_head) ports_.on_head(*recovered.head);
}

bool HeadSigner::behind(const CompactRange& leaves) const {
  return !locked_note_ || leaves.size() > signed_size();
}

Error HeadSigner::stop_signing(const char* text, std::string detail) {
  Error error{ErrorCode::kQuarantined, std::move(detail), text};
  stop_signing(error);
  return error;
}

void HeadSigner::stop_signing(const Error& reason) {
  const std::lock_guard lock(mutex_);
  if (!quarantine_ || from_start_) quarantine_ = reason;
  from_start_ = false;
  quarantined_ = true;
}

bool HeadSigner::resume(const Recovered& recovered) {
  {
    const std::lock_guard lock(mutex_);
    if (!quarantine_ || !from_start_ || recovered.quarantine) return false;
    if (recovered.head) {
      locked_note_ = format_note(recovered.head->note);
      signed_size_ = recovered.head->checkpoint.size;
    }
    unpublished_.reset();
    quarantine_.reset();
    from_start_ = false;
    quarantined_ = false;
  }
  if (recovered.head && ports_.on_head) ports_.on_head(*recovered.head);
  return true;
}

std::optional<Error> HeadSigner::quarantine() const {
  if (!quarantined_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return quarantine_;
}

std::uint64_t HeadSigner::signed_size() const {
  const std::lock_guard lock(mutex_);
  return signed_size_;
}

Status HeadSigner::cover(const CompactRange& leaves) {
  if (auto stopped = quarantine()) return *stopped;
  if (behind(leaves)) {
    auto head = sign_head({ports_.origin, leaves.size(), leaves.root()}, ports_);
    if (!head) return std::move(head).error();
    if (auto locked = lock_head(*head); !locked) return locked;
    unpublished_ = std::move(*head);
  }
  // A head that could not be published is signed and durable all the same; it is offered again with
  // the next one.
  if (unpublished_ && ports_.log->publish_head(*unpublished_)) {
    if (ports_.on_head) ports_.on_head(*unpublished_);
    unpublished_.reset();
  }
  return ok();
}

Status HeadSigner::lock_head(const SignedCheckpoint& head) {
  std::string note = format_note(head.note);
  auto replaced = ports_.head_lock->replace_head(locked_note_, note);
  if (replaced) {
    locked_note_ = std::move(note);
    const std::lock_guard lock(mutex_);
    signed_size_ = head.checkpoint.size;
    return ok();
  }
  // Either a twin has signed, or it is not known whether this head counts. Both end in a fork if we
  // go on.
  const std::string& why = replaced.error().detail;
  if (replaced.error().code == ErrorCode::kConflict) {
    return stop_signing("publishing.head-lock-conflict",
                        "another process has signed a head of this log: " + why);
  }
  return stop_signing("publishing.head-lock-failed", "the head lock failed: " + why);
}

}  // namespace dure::node
