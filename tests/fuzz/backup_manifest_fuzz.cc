// SPDX-License-Identifier: Apache-2.0
// Properties: whatever parses, formats back to the same bytes; and with a right sum, too, nothing
// but plain file names is accepted.
#include "app/backup_manifest.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto manifest = dure::node::parse_manifest(input)) {
    require(dure::node::format_manifest(*manifest) == input);
  }
  // Names and numbers that a fuzzer would never get past the sum.
  dure::node::BackupManifest made;
  made.origin = "suwon.go.kr/dure/1";
  made.generation = 1;
  made.size = size;
  made.files = {{std::string(input), size, {}}};
  const auto text = dure::node::format_manifest(made);
  if (const auto back = dure::node::parse_manifest(text)) {
    require(back->files.size() == 1 && dure::node::format_manifest(*back) == text);
    const std::string& name = back->files[0].name;
    require(name.find('/') == std::string::npos && !name.starts_with('.'));
    // JSON is UTF-8: a name that is not comes back with U+FFFD in it.
    require(name == input || name.find("\xEF\xBF\xBD") != std::string::npos);
  }
  return 0;
}
