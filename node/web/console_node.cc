// SPDX-License-Identifier: Apache-2.0
// The console's page of how the node is.
#include "web/console_frame.h"
#include "web/wording.h"

namespace dure::node {
namespace {

Data finding_list(const std::vector<FindingRow>& rows) {
  Data list{Data::type::list};
  for (const FindingRow& row : rows) {
    Data item;
    item.set("verdict", row.verdict);
    item.set("word", row.word);
    item.set("found", row.found);
    item.set("remedy", present(row.remedy));
    list.push_back(item);
  }
  return list;
}

Data peer_list(const PageFrame& frame, const std::vector<PeerRow>& rows) {
  Data list{Data::type::list};
  for (const PeerRow& row : rows) {
    Data item;
    item.set("name", row.name);
    item.set("url", row.url);
    item.set("size", row.size);
    item.set("state", row.state);
    item.set("bad", row.bad);
    item.set("seen", row.last_success.empty() ? say(frame, "console.node.never")
                                              : time_in_words(frame.language, row.last_success));
    list.push_back(item);
  }
  return list;
}

/// The state in one sentence.
std::string sentence(const PageFrame& frame, const NodeStateView& view) {
  const TextArguments counts = {{"errors", number_in_words(view.errors)},
                                {"warnings", number_in_words(view.warnings)}};
  if (view.errors > 0) return text(frame.language, "console.node.says.error", counts);
  if (view.warnings > 0) return text(frame.language, "console.node.says.warning", counts);
  return text(frame.language, "console.node.says.ok");
}

}  // namespace

std::string render_node_state(const ConsoleFrame& frame, const NodeStateView& view) {
  Data page = console_page(frame, "/admin/node");
  page.set("sentence", view.known ? Data(sentence(frame.page, view)) : Data(false));
  page.set("bad", view.errors > 0);
  page.set("extent",
           say(frame.page, view.thorough ? "console.node.thorough" : "console.node.quick"));
  page.set("wrong", finding_list(view.wrong));
  page.set("any_wrong", !view.wrong.empty());
  page.set("fine", finding_list(view.fine));
  page.set("peers", peer_list(frame.page, view.peers));
  page.set("no_peers", view.peers.empty());
  page.set("receipts", view.outstanding_receipts == 0
                           ? Data(false)
                           : say(frame.page, "console.node.receipts",
                                 {{"count", number_in_words(view.outstanding_receipts)}}));
  return in_console(frame, text(frame.page.language, "console.node.heading"),
                    fill_template("console-node.html", page));
}

}  // namespace dure::node
