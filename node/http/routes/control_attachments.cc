// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_attachments.h"

#include <nlohmann/json.hpp>
#include <set>

#include "attachments/attachment_list.h"
#include "dure/encoding.h"
#include "http/routes/control_reply.h"

namespace dure::node::http {
namespace {

using nlohmann::json;

std::optional<std::uint64_t> number(const Request& request, std::string_view name) {
  const auto value = parse_decimal(request.parameter(name).value_or(""));
  if (!value) return std::nullopt;
  return *value;
}

Response malformed(const Request& request, const char* what) {
  return control_problem(request, Error{ErrorCode::kMalformed, what});
}

Response read_only(const Request& request) {
  return control_problem(request,
                         Error{ErrorCode::kRefused, "opened for reading", "errors.read_only", {}});
}

std::string upload_id(const Request& request) {
  return std::string(request.parameter("id").value_or(""));
}

}  // namespace

Response begin_upload(const ControlPorts& ports, const Request& request) {
  if (ports.publisher == nullptr) return read_only(request);
  const auto size = number(request, "size");
  if (!size) return malformed(request, "size is a number of bytes");
  const auto upload = ports.attachments->begin_upload(*size);
  if (!upload) return control_problem(request, upload.error());
  return control_json(json({{"id", upload->id}, {"received", upload->received}}).dump());
}

Response continue_upload(const ControlPorts& ports, const Request& request) {
  const auto offset = number(request, "offset");
  if (!offset) return malformed(request, "offset is a number of bytes");
  const auto received =
      ports.attachments->continue_upload(upload_id(request), *offset, request.body);
  if (!received) return control_problem(request, received.error());
  return control_json(json({{"received", *received}}).dump());
}

Response finish_upload(const ControlPorts& ports, const Request& request) {
  const auto uploaded = ports.attachments->finish_upload(upload_id(request));
  if (!uploaded) return control_problem(request, uploaded.error());
  return control_json(
      json({{"commit", base64_encode(as_view(uploaded->commitment))}, {"size", uploaded->size}})
          .dump());
}

Response drop_upload(const ControlPorts& ports, const Request& request) {
  ports.attachments->drop_upload(upload_id(request));
  return control_json("{}");
}

Response read_attachment(const ControlPorts& ports, const Request& request) {
  const auto commitment = parse_attachment_name(request.parameter("name").value_or(""));
  if (!commitment) return control_problem(request, commitment.error());
  const auto chunk = number(request, "chunk");
  if (!chunk) {
    auto list = ports.attachments->chunk_list(*commitment);
    if (!list) return control_problem(request, list.error());
    return make_response(200, "application/octet-stream", *std::move(list));
  }
  const auto content = ports.attachments->open(*commitment);
  if (!content) return control_problem(request, content.error());
  std::string bytes(chunk_bytes((*content)->size(), *chunk), '\0');
  const auto count = (*content)->read(*chunk * kChunkBytes, bytes);
  if (count != static_cast<std::int64_t>(bytes.size()))
    return control_problem(request, Error{ErrorCode::kStorage, "the attachment cannot be read"});
  return make_response(200, "application/octet-stream", std::move(bytes));
}

Response attachment_places(const ControlPorts& ports, const Request& request) {
  const auto origin = request.parameter("origin").value_or("");
  json first = json::array(), others = json::array();
  const auto peers = ports.peers->peers();
  if (!peers) return control_problem(request, peers.error());
  for (const auto& peer : *peers) (peer.card.origin == origin ? first : others).push_back(peer.url);
  first.insert(first.end(), others.begin(), others.end());
  return control_json(json({{"urls", std::move(first)}}).dump());
}

std::vector<std::string> attachment_faults(const ControlPorts& ports, const EntryDocument& document,
                                           Language language) {
  std::vector<std::string> faults;
  std::set<std::string> names;
  const auto refs = attachments_in(document.body);
  if (!refs.empty() && document.entry_class == EntryClass::kMembers)
    return {text(language, "errors.attachment_members")};
  for (const auto& ref : refs) {
    const TextArguments args = {{"name", printable(ref.name)}};
    if (!names.insert(ref.name).second)
      faults.push_back(text(language, "errors.attachment_twice", args));
    const auto held = ports.attachments->find(ref.commitment);
    const bool ours = held && (!held->owner || held->owner->origin == ports.own_origin);
    if (!ours || !held->whole || held->size != ref.size)
      faults.push_back(text(language, "errors.attachment_missing", args));
  }
  return faults;
}

}  // namespace dure::node::http
