// SPDX-License-Identifier: Apache-2.0
#include "backup/archive.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace dure::node {
namespace {

constexpr std::size_t kMaxNameBytes = 255;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 53;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool is_plain_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), is_name_character);
}

Error malformed(const char* why) {
  return Error{ErrorCode::kMalformed,
               std::string("backup file: ") + why,
               "backup.archive-damaged",
               {{"detail", why}}};
}

Error changed(const std::string& name) {
  return Error{ErrorCode::kConflict,
               name + " changed while it was copied",
               "backup.changed",
               {{"file", name}}};
}

Status read_exactly(const GiveBytes& in, std::span<char> out) {
  const auto count = in(out);
  if (!count) return count.error();
  return *count == out.size() ? ok() : Status(malformed("cut off"));
}

// Nothing at the end.
Result<std::string> read_name(const GiveBytes& in) {
  std::array<char, 2> length{};
  if (auto read = read_exactly(in, length); !read) return std::move(read).error();
  std::string_view rest(length.data(), length.size());
  const std::size_t size = *take_u16be(rest);
  if (size > kMaxNameBytes) return malformed("a name is too long");
  std::string name(size, '\0');
  if (auto read = read_exactly(in, name); !read) return std::move(read).error();
  if (!name.empty() && !is_archive_name(name)) return malformed("a name leads elsewhere");
  return name;
}

Result<std::uint64_t> read_size(const GiveBytes& in) {
  std::array<char, 8> size{};
  if (auto read = read_exactly(in, size); !read) return std::move(read).error();
  std::string_view rest(size.data(), size.size());
  const auto bytes = take_u64be(rest);
  if (!bytes || *bytes > kMaxBytes) return malformed("a size is too large");
  return *bytes;
}

Status read_content(const GiveBytes& in, std::uint64_t bytes, std::vector<char>& room,
                    const ArchiveSink& sink) {
  while (bytes > 0) {
    const auto part = std::span(room).first(std::min<std::uint64_t>(bytes, room.size()));
    if (auto read = read_exactly(in, part); !read) return read;
    if (auto taken = sink.content({part.data(), part.size()}); !taken) return taken;
    bytes -= part.size();
  }
  return ok();
}

Status expect_end(const GiveBytes& in) {
  char beyond = 0;
  const auto more = in({&beyond, 1});
  if (!more) return more.error();
  return *more == 0 ? ok() : Status(malformed("something follows"));
}

}  // namespace

bool is_archive_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  while (true) {
    const auto slash = name.find('/');
    if (!is_plain_part(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

Status ArchiveWriter::begin(const ArchiveMember& member) {
  if (!is_archive_name(member.name) || member.name <= last_ || member.bytes > kMaxBytes)
    std::abort();
  if (auto ended = end_member(); !ended) return ended;
  last_ = member.name;
  missing_ = member.bytes;
  Bytes head;
  append_u16be(head, static_cast<std::uint16_t>(member.name.size()));
  head += member.name;
  append_u64be(head, member.bytes);
  return out_(head);
}

Status ArchiveWriter::write(std::string_view content) {
  if (content.size() > missing_) return changed(last_);
  missing_ -= content.size();
  return out_(content);
}

Status ArchiveWriter::end_member() { return missing_ == 0 ? ok() : Status(changed(last_)); }

Status ArchiveWriter::finish() {
  if (auto ended = end_member(); !ended) return ended;
  Bytes end;
  append_u16be(end, 0);
  return out_(end);
}

Status read_archive(const GiveBytes& in, const ArchiveSink& sink) {
  std::string last;
  std::vector<char> room(kFrameBytes);
  while (true) {
    auto name = read_name(in);
    if (!name) return std::move(name).error();
    if (name->empty()) return expect_end(in);
    if (*name <= last) return malformed("names out of order");
    const auto bytes = read_size(in);
    if (!bytes) return bytes.error();
    last = *name;
    if (auto begun = sink.begin({*std::move(name), *bytes}); !begun) return begun;
    if (auto read = read_content(in, *bytes, room, sink); !read) return read;
    if (auto ended = sink.end(); !ended) return ended;
  }
}

}  // namespace dure::node
