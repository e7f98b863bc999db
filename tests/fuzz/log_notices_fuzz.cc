// SPDX-License-Identifier: Apache-2.0
// Property: whatever parses, formats back to the same bytes; no entry of a log breaks reading it.
#include "fuzz.h"
#include "membership/charter_notices.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz_input(data, size);
  if (const auto notices = dure::node::parse_log_notices(input)) {
    require(dure::node::format_log_notices(*notices) == input);
  }
  const std::string leaf =
      R"({"class":"public","commit":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","id":)"
      R"("aaaaaaaaaaaaaaaaaaaaaaaaae","rev":1,"size":1024,"time":"2026-11-28T00:00:00Z",)"
      R"("type":"charter-adopted","v":1})";
  const std::string fingerprint(64, 'f');
  if (const auto notice = dure::node::charter_notice_in(7, leaf, input, fingerprint)) {
    const auto body =
        dure::node::format_charter_notice("x", fingerprint, notice->version, notice->hash);
    require(dure::node::charter_notice_in(7, leaf, body, fingerprint) == notice);
  }
  return 0;
}
