// SPDX-License-Identifier: Apache-2.0
#include "backup/stream.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace dure::node {
namespace {

constexpr unsigned char kMore = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
constexpr unsigned char kLast = crypto_secretstream_xchacha20poly1305_TAG_FINAL;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::span<char> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Error damaged(std::uint64_t frame) {
  return Error{ErrorCode::kMalformed,
               "backup file: damaged in part " + std::to_string(frame),
               "backup.stream-damaged",
               {{"part", std::to_string(frame)}}};
}

// For files that anybody may read: a chain of hashes finds accidents, not forgers.
class PlainFraming final : public Framing {
 public:
  explicit PlainFraming(std::string_view header) : chain_(sha256({header})) {}
  std::size_t overhead() const override { return 1 + chain_.size(); }
  Bytes seal(std::string_view content, bool last) override {
    const char tag = static_cast<char>(last ? kLast : kMore);
    Bytes frame(content);
    frame += tag;
    chain_ = sha256({as_view(chain_), frame});
    frame += as_view(chain_);
    return frame;
  }
  std::optional<Opened> open(std::span<char> frame) override {
    const std::string_view whole(frame.data(), frame.size());
    const auto hashed = whole.substr(0, whole.size() - chain_.size());
    chain_ = sha256({as_view(chain_), hashed});
    const char tag = hashed.back();
    const bool known = tag == static_cast<char>(kMore) || tag == static_cast<char>(kLast);
    if (!known || as_view(chain_) != whole.substr(hashed.size())) return std::nullopt;
    return Opened{hashed.substr(0, hashed.size() - 1), tag == static_cast<char>(kLast)};
  }

 private:
  Hash chain_;
};

class SealedFraming final : public Framing {
 public:
  static std::unique_ptr<SealedFraming> sealing(const Secret<32>& key, BackupSealing& header) {
    auto framing = std::make_unique<SealedFraming>();
    crypto_secretstream_xchacha20poly1305_init_push(&framing->state_, header.stream_start.data(),
                                                    key.data());
    return framing;
  }
  static std::unique_ptr<SealedFraming> opening(const Secret<32>& key,
                                                const BackupSealing& header) {
    auto framing = std::make_unique<SealedFraming>();
    crypto_secretstream_xchacha20poly1305_init_pull(&framing->state_, header.stream_start.data(),
                                                    key.data());
    return framing;
  }
  SealedFraming() = default;
  SealedFraming(const SealedFraming&) = delete;
  SealedFraming& operator=(const SealedFraming&) = delete;
  ~SealedFraming() override { sodium_memzero(&state_, sizeof state_); }

  void bind(std::string_view header) { header_ = sha256({header}); }
  std::size_t overhead() const override { return crypto_secretstream_xchacha20poly1305_ABYTES; }
  Bytes seal(std::string_view content, bool last) override {
    Bytes frame(content.size() + overhead(), '\0');
    crypto_secretstream_xchacha20poly1305_push(&state_, octets(std::span<char>(frame)), nullptr,
                                               octets(content), content.size(), header_.data(),
                                               header_.size(), last ? kLast : kMore);
    return frame;
  }
  std::optional<Opened> open(std::span<char> frame) override {
    unsigned char tag = 0;
    const std::size_t size = frame.size() - overhead();
    plain_.resize(size);
    const int opened = crypto_secretstream_xchacha20poly1305_pull(
        &state_, octets(std::span<char>(plain_)), nullptr, &tag, octets(frame), frame.size(),
        header_.data(), header_.size());
    if (opened != 0 || (tag != kMore && tag != kLast)) return std::nullopt;
    std::copy(plain_.begin(), plain_.end(), frame.begin());
    return Opened{{frame.data(), size}, tag == kLast};
  }

 private:
  crypto_secretstream_xchacha20poly1305_state state_{};
  Hash header_{};
  Bytes plain_;
};

Result<BackupSealing> seal_key(const BackupRecipient& recipient, Secret<32>& file_key) {
  BackupSealing sealing;
  sealing.recipient = recipient;
  crypto_secretstream_xchacha20poly1305_keygen(file_key.data());
  if (crypto_box_seal(sealing.box.data(), file_key.data(), file_key.size(), recipient.key.data()) ==
      0)
    return sealing;
  // A point of small order: everybody would know the key.
  return Error{ErrorCode::kInvalid, "not a key to seal for", "backup.key-mistyped"};
}

Result<Secret<32>> open_key(const BackupSealing& sealing, const BackupKey& key) {
  Secret<32> file_key;
  if (key.file_key != nullptr) {
    std::copy_n(key.file_key->data(), file_key.size(), file_key.data());
    return file_key;
  }
  const auto needed = format_recipient(sealing.recipient);
  if (key.secret == nullptr) {
    return Error{ErrorCode::kRefused,
                 "sealed, and no key was given",
                 "backup.sealed",
                 {{"recipient", needed}}};
  }
  const auto given = recipient_of(*key.secret);
  if (given != sealing.recipient) {
    return Error{ErrorCode::kRefused,
                 "sealed for another key",
                 "backup.other-key",
                 {{"recipient", needed}, {"given", format_recipient(given)}}};
  }
  if (crypto_box_seal_open(file_key.data(), sealing.box.data(), sealing.box.size(),
                           given.key.data(), key.secret->key.data()) != 0)
    return damaged(0);
  return file_key;
}

}  // namespace

Result<std::unique_ptr<BackupWriter>> BackupWriter::begin(
    TakeBytes out, const std::optional<BackupRecipient>& recipient) {
  std::unique_ptr<BackupWriter> writer(new BackupWriter(std::move(out)));
  if (recipient) {
    const auto sealing = seal_key(*recipient, writer->file_key_);
    if (!sealing) return sealing.error();
    writer->header_.sealing = *sealing;
    auto framing = SealedFraming::sealing(writer->file_key_, *writer->header_.sealing);
    framing->bind(format_backup_header(writer->header_));
    writer->framing_ = std::move(framing);
  } else {
    writer->framing_ = std::make_unique<PlainFraming>(format_backup_header(writer->header_));
  }
  if (auto begun = writer->out_(format_backup_header(writer->header_)); !begun)
    return std::move(begun).error();
  return writer;
}

Status BackupWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (waiting_.size() == kFrameBytes) {
      if (auto written = out_(framing_->seal(waiting_, /*last=*/false)); !written) return written;
      waiting_.clear();
    }
    const auto part = bytes.substr(0, kFrameBytes - waiting_.size());
    waiting_ += part;
    bytes.remove_prefix(part.size());
  }
  return ok();
}

Status BackupWriter::finish() { return out_(framing_->seal(waiting_, /*last=*/true)); }

Result<BackupHeader> read_backup_header(const GiveBytes& in, Bytes* bytes) {
  std::array<char, kMaxHeaderBytes> room{};
  const auto lead = in(std::span(room).first(kBackupLeadBytes));
  if (!lead) return lead.error();
  const auto size = backup_header_bytes({room.data(), *lead});
  if (!size) return size.error();
  const auto rest = in(std::span(room).subspan(kBackupLeadBytes, *size - kBackupLeadBytes));
  if (!rest) return rest.error();
  const std::string_view whole(room.data(), kBackupLeadBytes + *rest);
  if (whole.size() != *size) return damaged(0);
  if (bytes != nullptr) *bytes = whole;
  return parse_backup_header(whole);
}

Result<std::unique_ptr<BackupReader>> BackupReader::begin(GiveBytes in, const BackupKey& key) {
  std::unique_ptr<BackupReader> reader(new BackupReader(std::move(in)));
  Bytes bytes;
  auto header = read_backup_header(reader->in_, &bytes);
  if (!header) return std::move(header).error();
  reader->header_ = *header;
  if (header->sealing) {
    const auto file_key = open_key(*header->sealing, key);
    if (!file_key) return file_key.error();
    auto framing = SealedFraming::opening(*file_key, *header->sealing);
    framing->bind(bytes);
    reader->framing_ = std::move(framing);
  } else {
    reader->framing_ = std::make_unique<PlainFraming>(bytes);
  }
  return reader;
}

Status BackupReader::next_frame() {
  const std::size_t whole = kFrameBytes + framing_->overhead();
  frame_.resize(whole);
  const auto count = in_(frame_);
  if (!count) return count.error();
  ++frames_;
  if (*count < framing_->overhead()) return damaged(frames_);
  const auto opened = framing_->open(std::span(frame_).first(*count));
  if (!opened) return damaged(frames_);
  // One spelling: all are full but the last, and that one is empty only alone.
  const bool full = opened->content.size() == kFrameBytes;
  if (!opened->last && !full) return damaged(frames_);
  if (opened->last && opened->content.empty() && frames_ > 1) return damaged(frames_);
  content_ = opened->content;
  ended_ = opened->last;
  if (!ended_) return ok();
  char beyond = 0;
  const auto more = in_({&beyond, 1});
  if (!more) return more.error();
  return *more == 0 ? ok() : Status(damaged(frames_ + 1));
}

Result<std::size_t> BackupReader::read(std::span<char> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    if (content_.empty()) {
      if (ended_) break;
      if (auto next = next_frame(); !next) return std::move(next).error();
      continue;
    }
    const auto part = content_.substr(0, out.size() - done);
    std::copy(part.begin(), part.end(), out.begin() + static_cast<std::ptrdiff_t>(done));
    content_.remove_prefix(part.size());
    done += part.size();
  }
  return done;
}

}  // namespace dure::node
