// SPDX-License-Identifier: Apache-2.0
// `dure attachment get`: one file beside an entry, verified.
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "app/attachment_download.h"
#include "attachments/attachment_list.h"
#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::uint64_t kTellProgress = std::uint64_t{16} << 20;

Query record_query(const Invocation& invocation) {
  Query query;
  for (const auto& [flag, parameter] : {std::pair("--rev", "rev"), std::pair("--from", "origin")}) {
    if (auto value = invocation.value(flag); !value.empty())
      query.emplace_back(parameter, std::move(value));
  }
  return query;
}

std::optional<AttachmentRef> find_named(const json& record, const std::string& name) {
  const json listed = {
      {"attachments", record.value("body", json::object()).value("attachments", json::array())}};
  for (auto& ref : attachments_in(listed.dump(-1, ' ', false, json::error_handler_t::replace))) {
    if (ref.name == name) return std::move(ref);
  }
  return std::nullopt;
}

Result<std::vector<std::string>> places_of(NodeAccess& node, const Session& session,
                                           const json& record) {
  const auto origin = text_member(record.value("provenance", json::object()), "origin");
  const auto answer =
      ask_json(node, session, {"GET", "/control/v1/attachment-places", {{"origin", origin}}});
  if (!answer) return answer.error();
  return answer->value("urls", std::vector<std::string>());
}

}  // namespace

ExitCode run_attachment_get(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const auto& id = invocation.words[0];
  const auto& name = invocation.words[1];
  const auto record = ask_json(
      **node, session, {"GET", "/api/v1/entries/" + percent_encode(id), record_query(invocation)});
  if (!record) return session.fail(record.error());
  const auto ref = find_named(*record, name);
  if (!ref) {
    return session.fail(Error{ErrorCode::kNotFound,
                              name,
                              "errors.attachment_unknown",
                              {{"id", printable(id)}, {"name", printable(name)}}});
  }
  const auto places = places_of(**node, session, *record);
  if (!places) return session.fail(places.error());
  AttachmentDownload wanted;
  wanted.size = ref->size;
  wanted.commitment = ref->commitment;
  wanted.urls = *places;
  wanted.path = invocation.value("--output");
  if (wanted.path.empty()) wanted.path = safe_file_name(name);
  wanted.on_progress = [&](std::uint64_t bytes) {
    if (!session.terminal || (bytes % kTellProgress != 0 && bytes != ref->size)) return;
    session.err << '\r'
                << session.say("cli.attachment_progress",
                               {{"file", printable(name)},
                                {"done", std::to_string(bytes >> 20U)},
                                {"size", std::to_string(ref->size >> 20U)}})
                << std::flush;
  };
  if (const auto done = download_attachment(session.settings, **node, wanted); !done)
    return session.fail(done.error());
  session.print("cli.attachment_got",
                {{"file", printable(wanted.path, 400)}, {"bytes", std::to_string(ref->size)}});
  return ExitCode::kOk;
}

}  // namespace dure::node
