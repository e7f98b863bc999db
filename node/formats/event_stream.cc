// SPDX-License-Identifier: Apache-2.0
#include "formats/event_stream.h"

namespace dure::node {

void append_event(std::string& out, std::string_view id, std::string_view data) {
  out.append("id: ").append(id).append("\ndata: ");
  for (std::size_t i = 0; i < data.size(); ++i) {
    const bool pair = data[i] == '\r' && i + 1 < data.size() && data[i + 1] == '\n';
    if (pair) continue;  // its line feed breaks the line
    if (data[i] == '\r' || data[i] == '\n') {
      out += "\ndata: ";
    } else {
      out += data[i];
    }
  }
  out += "\n\n";
}

void append_beginning(std::string& out, std::string_view id, unsigned come_again) {
  out.append("retry: ").append(std::to_string(come_again));
  out.append("\nid: ").append(id).append("\n\n");
}

}  // namespace dure::node
