// SPDX-License-Identifier: Apache-2.0
// Properties: a header that parses formats back to the same bytes; a plain file that reads to its
// end is the one that writing its content makes; an archive hands out only names that stay inside.
#include <algorithm>

#include "backup/archive.h"
#include "backup/recipient.h"
#include "fuzz.h"
#include "support/backup_bytes.h"

namespace {

using namespace dure::node;

void check_header(std::string_view input) {
  const auto header = parse_backup_header(input);
  if (header) require(format_backup_header(*header) == input);
}

void check_file(std::string_view input) {
  static const BackupSecret kSecret = make_backup_secret();
  const auto content = open_backup(std::string(input), &kSecret);
  if (!content) return;
  // Nobody guesses a file that is sealed for a random key.
  require(input[kBackupLeadBytes - 1] == 'p');
  std::string again;
  const auto writer = BackupWriter::begin(take_into(again), std::nullopt);
  require((*writer)->write(*content).has_value() && (*writer)->finish().has_value());
  require(again == input);
}

void check_archive(std::string_view input) {
  std::string again;
  ArchiveWriter archive(take_into(again));
  ArchiveSink sink;
  sink.begin = [&](const ArchiveMember& member) {
    require(is_archive_name(member.name) && member.name.front() != '/' &&
            ("/" + member.name + "/").find("/../") == std::string::npos);
    return archive.begin(member);
  };
  sink.content = [&](std::string_view part) { return archive.write(part); };
  sink.end = [] { return dure::ok(); };
  if (!read_archive(give(std::string(input)), sink)) return;
  require(archive.finish().has_value() && again == input);
}

void check_keys(std::string_view input) {
  if (const auto recipient = parse_recipient(input)) require(format_recipient(*recipient) == input);
  if (const auto secret = parse_backup_secret(input)) {
    const auto text = format_backup_secret(*secret);
    require(text == input || text == std::string(input) + "\n");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  check_header(input);
  check_file(input);
  check_archive(input);
  check_keys(input);
  return 0;
}
