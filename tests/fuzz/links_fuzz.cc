// SPDX-License-Identifier: Apache-2.0
// A body's links, and where a redirect leads: whatever comes in, what comes out can be asked.
#include <string>

#include "fuzz.h"
#include "links/dead_notice.h"
#include "links/entry_links.h"
#include "peer/link_probe.h"

namespace {

using dure::node::checkable_link;

void check(const std::string& link) {
  if (link.empty()) return;
  require(checkable_link(link) == link);
  require(link.size() <= dure::node::kMaxLinkBytes);
  require(!dure::node::host_of_link(link).empty());
  for (const char c : link)
    require(static_cast<unsigned char>(c) > 0x20 && c != '#' && c != '\x7F');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz_input(data, size));
  for (const std::string& link : dure::node::links_in(text)) check(link);
  check(checkable_link(text));
  check(dure::node::redirect_target("https://a.example:1/b/c?d", text));
  check(dure::node::redirect_target("http://a.example", text));
  (void)dure::node::read_dead_notice("a.example/dure/1", "id", text);
  return 0;
}
