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

/// Writes every part. Returns how many entries there were.
Result<std::uint64_t> write_parts(NodeAccess& node, const Session& session,
                                  const Invocation& invocation, std::ostream& out) {
  std::uint64_t count = 0;
  std::string cursor;
  do {
    const Query query = {{"format", invocation.value("--format")},
                         {"origin", invocation.value("--from")},
                         {"cursor", cursor}};
    const auto part = ask_json(node, session, {"GET", "/control/v1/catalogue", query, {}});
    if (!part) return part.error();
    out << text_member(*part, "text");
    if (!out) return cannot_write(invocation.words.front());
    count += number_member(*part, "count");
    cursor = text_member(*part, "next");
  } while (!cursor.empty());
  out.flush();
  if (!out) return cannot_write(invocation.words.front());
  return count;
}

}  // namespace

ExitCode export_catalogue(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const std::string& file = invocation.words.front();
  if (file == "-") {
    const auto written = write_parts(**node, session, invocation, session.out);
    return written ? ExitCode::kOk : session.fail(written.error());
  }
  // Asked first, so that a mistyped format leaves an existing file as it is.
  const Query first = {{"format", invocation.value("--format")},
                       {"origin", invocation.value("--from")}};
  if (const auto asked = ask_json(**node, session, {"GET", "/control/v1/catalogue", first, {}});
      !asked)
    return session.fail(asked.error());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out) return session.fail(cannot_write(file));
  const auto written = write_parts(**node, session, invocation, out);
  if (!written) return session.fail(written.error());
  session.print("cli.export_done",
                {{"count", std::to_string(*written)}, {"file", printable(file)}});
  return ExitCode::kOk;
}

}  // namespace dure::node
