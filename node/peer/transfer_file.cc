// SPDX-License-Identifier: Apache-2.0
#include "peer/transfer_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "dure/commitment.h"
#include "peer/dial.h"
#include "peer/transfer_index.h"

namespace dure::node {
namespace {

constexpr std::string_view kPrefix = "/mirror/";
constexpr std::size_t kHashCharacters = 64;

Result<std::string> read_exactly(int descriptor, std::uint64_t offset, std::size_t size) {
  std::string out(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto got =
        ::pread(descriptor, out.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Error{ErrorCode::kStorage, "transfer file: " + std::system_category().message(errno)};
    if (got == 0)
      return Error{ErrorCode::kMalformed, "the transfer file became shorter while it was read"};
    done += static_cast<std::size_t>(got);
  }
  return out;
}

/// Drops the first `count` entries of a body bundle, which is what `?from=` means.
Result<std::string> skip_bodies(std::string_view bundle, std::uint64_t count) {
  for (; count > 0; --count) {
    const auto length = take_u32be(bundle);
    if (!length) return Error{ErrorCode::kNotFound, "no such entry in the bundle"};
    if (*length == kBodyAbsent) continue;
    if (!take_bytes(bundle, kSaltBytes + std::size_t{*length}))
      return Error{ErrorCode::kMalformed, "damaged bundle"};
  }
  return std::string(bundle);
}

class OpenedFile : public TransferFile, public std::enable_shared_from_this<OpenedFile> {
 public:
  OpenedFile(Descriptor file, TransferIndex index)
      : file_(std::move(file)), index_(std::move(index)) {
    for (const auto& [hash, log] : index_) origins_.push_back(log.origin);
  }
  const std::vector<std::string>& origins() const override { return origins_; }
  OpenSource opener() const override;

  Result<FetchResponse> fetch(const FetchRequest& request) const {
    std::string_view path = request.path;
    std::uint64_t from = 0;
    if (const auto query = path.find("?from="); query != std::string_view::npos) {
      const auto number = parse_decimal(path.substr(query + 6));
      if (!number) return number.error();
      from = *number;
      path = path.substr(0, query);
    }
    const auto place = find(path);
    if (!place) return place.error();
    if (place->size > request.max_bytes && from == 0)
      return Error{ErrorCode::kTooLarge, "transfer file: a member is too large"};
    if (place->size > kMaxMemberBytes)
      return Error{ErrorCode::kTooLarge, "transfer file: a member is too large"};
    auto contents = read_exactly(file_.get(), place->offset, static_cast<std::size_t>(place->size));
    if (contents && from > 0) contents = skip_bodies(*contents, from);
    if (!contents) return std::move(contents).error();
    FetchResponse response;
    response.wire_bytes = place->size;
    response.body = std::move(*contents);
    return response;
  }

 private:
  static constexpr std::size_t kMaxMemberBytes = kTileWidth * (4 + kSaltBytes + kMaxBodyBytes);

  Result<MemberPlace> find(std::string_view path) const {
    const Error missing{ErrorCode::kNotFound, "not in the transfer file: " + printable(path)};
    if (!path.starts_with(kPrefix) || path.size() <= kPrefix.size() + kHashCharacters)
      return missing;
    const auto log = index_.find(path.substr(kPrefix.size(), kHashCharacters));
    const auto rest = path.substr(kPrefix.size() + kHashCharacters);
    if (log == index_.end() || rest.front() != '/') return missing;
    if (rest == "/checkpoint" && log->second.checkpoint.offset != 0) return log->second.checkpoint;
    const auto tile = parse_tile_path(rest.substr(1));
    if (!tile) return missing;
    const auto member = log->second.tiles.find({tile->kind, tile->level, tile->index, tile->width});
    return member == log->second.tiles.end() ? Result<MemberPlace>(missing) : member->second;
  }

  const Descriptor file_;
  const TransferIndex index_;
  std::vector<std::string> origins_;
};

class FileSource : public Source {
 public:
  explicit FileSource(std::shared_ptr<const OpenedFile> file) : file_(std::move(file)) {}
  Result<FetchResponse> fetch(const FetchRequest& request) override {
    return file_->fetch(request);
  }

 private:
  std::shared_ptr<const OpenedFile> file_;  // every source of a file keeps it open
};

OpenSource OpenedFile::opener() const {
  return [file = shared_from_this()](const std::string&) -> Result<std::unique_ptr<Source>> {
    return std::unique_ptr<Source>(std::make_unique<FileSource>(file));
  };
}

}  // namespace

Result<std::shared_ptr<const TransferFile>> TransferFile::open(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    const int code = errno;
    return Error{code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kStorage,
                 printable(path) + ": " + std::system_category().message(code)};
  }
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return Error{ErrorCode::kStorage, printable(path) + ": not a regular file"};
  }
  const int descriptor = file.get();
  auto index = index_transfer_file(static_cast<std::uint64_t>(facts.st_size),
                                   [descriptor](std::uint64_t offset, std::size_t size) {
                                     return read_exactly(descriptor, offset, size);
                                   });
  if (!index) return std::move(index).error();
  return std::shared_ptr<const TransferFile>(
      std::make_shared<OpenedFile>(std::move(file), std::move(*index)));
}

}  // namespace dure::node
