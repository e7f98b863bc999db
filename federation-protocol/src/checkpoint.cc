// SPDX-License-Identifier: Apache-2.0
// C2SP tlog-checkpoint and cosignature/v1. Spec: PROTOCOL.md §4.
#include "dure/checkpoint.h"

#include <algorithm>

#include "dure/merkle.h"
#include "lines.h"

namespace dure {
namespace {

constexpr std::uint64_t kTimeEnd = std::uint64_t{1} << 63;
constexpr std::size_t kMaxOriginBytes = 255;

Error malformed(const char* detail) {
  return Error{ErrorCode::kMalformed, std::string("checkpoint: ") + detail};
}

/// Any C2SP origin, so that foreign logs can be read; our own ones are narrower (is_origin).
bool is_readable_origin(std::string_view line) {
  return !line.empty() && line.size() <= kMaxOriginBytes && is_utf8(line) &&
         std::none_of(line.begin(), line.end(),
                      [](char c) { return static_cast<std::uint8_t>(c) < 0x20; });
}

std::string cosigned_message(std::string_view checkpoint_text, std::uint64_t time) {
  std::string message = "cosignature/v1\ntime " + std::to_string(time) + "\n";
  message += checkpoint_text;
  return message;
}

bool is_generation(std::string_view segment) {
  const auto generation = parse_decimal(segment);
  return generation && *generation >= 1;
}

}  // namespace

bool is_origin(std::string_view origin) {
  const std::size_t slash = origin.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || origin.size() > kMaxOriginBytes)
    return false;
  const bool readable = std::all_of(origin.begin(), origin.end(),
                                    [](char c) { return c > 0x20 && c < 0x7F && c != '+'; });
  return readable && is_generation(origin.substr(slash + 1));
}

std::string origin_hash(std::string_view origin) { return hex_encode(as_view(sha256({origin}))); }

std::string format_checkpoint(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         base64_encode(as_view(checkpoint.root)) + "\n";
}

Result<Checkpoint> parse_checkpoint_claim(std::string_view text) {
  std::string_view origin;
  std::string_view size_line;
  std::string_view root_line;
  if (!take_line(text, origin) || !take_line(text, size_line) || !take_line(text, root_line)) {
    return malformed("fewer than three lines");
  }
  if (!text.empty()) return malformed("an extension line");
  if (!is_readable_origin(origin)) return malformed("bad origin");
  const auto size = parse_decimal(size_line);
  if (!size) return malformed("bad tree size");
  const auto root = base64_decode_hash(root_line);
  if (!root) return malformed("bad root hash");
  return Checkpoint{std::string(origin), *size, *root};
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  auto checkpoint = parse_checkpoint_claim(text);
  if (checkpoint && checkpoint->size == 0 && checkpoint->root != empty_root())
    return malformed("an empty tree with another root than SHA-256(\"\")");
  return checkpoint;
}

Result<SignedCheckpoint> sign_checkpoint(const Checkpoint& checkpoint, const Signer& log_key) {
  if (!is_origin(checkpoint.origin))
    return Error{ErrorCode::kInvalid, "not an origin: " + printable(checkpoint.origin)};
  if (log_key.verifier().name() != checkpoint.origin) {
    return Error{ErrorCode::kInvalid, "the log key is named for another origin"};
  }
  const std::string text = format_checkpoint(checkpoint);
  // Nothing is signed that we would not accept ourselves.
  if (auto read_back = parse_checkpoint(text); !read_back) return std::move(read_back).error();
  auto signature = sign_note(text, log_key);
  if (!signature) return std::move(signature).error();
  return SignedCheckpoint{checkpoint, Note{text, {*std::move(signature)}}};
}

Result<std::vector<std::size_t>> verify_log_signature(const Note& note,
                                                      std::span<const VerifierKey> keys) {
  // A cosignature is no statement by the log, even if somebody lists its key among the log's.
  std::vector<VerifierKey> log_keys;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(log_keys),
               [](const VerifierKey& key) { return signs_notes(key.type()); });
  return verify_note(note, log_keys);
}

Result<SignedCheckpoint> open_checkpoint(std::string_view bytes, std::string_view origin,
                                         std::span<const VerifierKey> keys) {
  if (bytes.size() > kMaxCheckpointBytes)
    return Error{ErrorCode::kTooLarge, "checkpoint: over 64 KiB"};
  auto note = parse_note(bytes);
  if (!note) return std::move(note).error();
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return std::move(checkpoint).error();
  if (checkpoint->origin != origin) {
    return Error{ErrorCode::kInvalid,
                 "checkpoint of another log: " + printable(checkpoint->origin)};
  }
  if (auto verified = verify_log_signature(*note, keys); !verified)
    return std::move(verified).error();
  return SignedCheckpoint{*std::move(checkpoint), *std::move(note)};
}

Result<NoteSignature> cosign(std::string_view checkpoint_text, const Signer& cosigner,
                             std::uint64_t time) {
  const VerifierKey& key = cosigner.verifier();
  if (!cosigns(key.type())) return Error{ErrorCode::kInvalid, "this key does not cosign"};
  if (time == 0 || time >= kTimeEnd)
    return Error{ErrorCode::kInvalid, "a cosignature needs a time in 1 .. 2^63-1"};
  if (auto checkpoint = parse_checkpoint(checkpoint_text); !checkpoint)
    return std::move(checkpoint).error();
  auto signature = cosigner.sign(cosigned_message(checkpoint_text, time));
  if (!signature) return std::move(signature).error();
  NoteSignature line{key.name(), key.id(), {}};
  append_u64be(line.blob, time);
  line.blob += *signature;
  return line;
}

Result<std::uint64_t> verify_cosignature(std::string_view checkpoint_text,
                                         const NoteSignature& line, const VerifierKey& cosigner) {
  constexpr std::size_t kBlobBytes = 8 + 64;
  if (!cosigns(cosigner.type()) || line.blob.size() != kBlobBytes) {
    return malformed("not a cosignature");
  }
  std::string_view blob = line.blob;
  const std::uint64_t time = *take_u64be(blob);
  if (time == 0 || time >= kTimeEnd) return malformed("a cosignature time outside 1 .. 2^63-1");
  const bool named = line.name == cosigner.name() && line.key_id == cosigner.id();
  if (!named || !cosigner.verify(cosigned_message(checkpoint_text, time), blob)) {
    return Error{ErrorCode::kBadSignature,
                 "the cosignature of " + printable(line.name) + " does not verify"};
  }
  return time;
}

}  // namespace dure
