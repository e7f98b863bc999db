// SPDX-License-Identifier: Apache-2.0
// `dure export --format`: the whole catalogue as data, written part after part.
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <system_error>

#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

Error cannot_write(const std::string& file) {
  return {ErrorCode::kStorage,
          file,
          "errors.file_write",
          {{"file", printable(file)}, {"detail", std::generic_category().message(errno)}}};
}

Result<nlohmann::json> ask_part(NodeAccess& node, const Session& session,
                                const Invocation& invocation, const std::string& cursor) {
  const Query query = {{"format", invocation.value("--format")},
                       {"origin", invocation.value("--from")},
                       {"cursor", cursor}};
  return ask_json(node, session, {"GET", "/control/v1/catalogue", query, {}});
}

/// Writes `part`, the first, and every one after it. Returns how many entries there were.
Result<std::uint64_t> write_parts(NodeAccess& node, const Session& session,
                                  const Invocation& invocation, nlohmann::json part,
                                  std::ostream& out) {
  std::uint64_t count = 0;
  while (true) {
    out << text_member(part, "text");
    if (!out) return cannot_write(invocation.words.front());
    count += number_member(part, "count");
    const auto cursor = text_member(part, "next");
    if (cursor.empty()) break;
    auto next = ask_part(node, session, invocation, cursor);
    if (!next) return std::move(next).error();
    part = std::move(*next);
  }
  out.flush();
  if (!out) return cannot_write(invocation.words.front());
  return count;
}

}  // namespace

ExitCode export_catalogue(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const std::string& file = invocation.words.front();
  // Asked before the file is opened, so that a mistyped format leaves an existing one as it is.
  auto first = ask_part(**node, session, invocation, {});
  if (!first) return session.fail(first.error());
  if (file == "-") {
    const auto written = write_parts(**node, session, invocation, std::move(*first), session.out);
    return written ? ExitCode::kOk : session.fail(written.error());
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) return session.fail(cannot_write(file));
  const auto written = write_parts(**node, session, invocation, std::move(*first), out);
  if (!written) return session.fail(written.error());
  session.print("cli.export_done",
                {{"count", std::to_string(*written)}, {"file", printable(file)}});
  return ExitCode::kOk;
}

}  // namespace dure::node
