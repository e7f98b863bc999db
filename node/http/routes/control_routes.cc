// SPDX-License-Identifier: Apache-2.0
#include "http/routes/control_routes.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "dure/encoding.h"
#include "http/routes/control_attachments.h"
#include "http/routes/control_importing.h"
#include "http/routes/control_peers.h"
#include "http/routes/control_publishing.h"
#include "http/routes/control_reply.h"

namespace dure::node::http {
namespace {

using Ports =
    std::shared_ptr<const ControlPorts>;  // shared by the handlers, which the router may copy
using ControlHandler = Response (*)(const ControlPorts&, const Request&);

Response answer(const Request& request, const Result<std::string>& json) {
  return json ? control_json(*json) : control_problem(request, json.error());
}

Response status(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.status());
}

Response pull(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.pull());
}

Response fsck(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.fsck(switched_on(request, "rebuild")));
}

std::string member(const Request& request, const char* name) {
  const auto wish = nlohmann::json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  return wish.is_object() && wish.contains(name) && wish[name].is_string()
             ? wish[name].get<std::string>()
             : "";
}

Response import_bundle(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.import_bundle(member(request, "path"), member(request, "vkey")));
}

Response export_bundle(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.export_logs(member(request, "path"), member(request, "origin")));
}

Response erase(const ControlPorts& ports, const Request& request) {
  const auto wish = nlohmann::json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  std::uint64_t rev = 0;
  if (wish.is_object() && wish.contains("rev")) {
    if (wish["rev"].is_number_unsigned()) rev = wish["rev"].get<std::uint64_t>();
    if (rev == 0)
      return control_problem(request, Error{ErrorCode::kMalformed, "rev is a number from 1"});
  }
  return answer(request, ports.erase(member(request, "id"), rev, member(request, "reason")));
}

Response erasures(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.erasures(std::string(request.parameter("id").value_or(""))));
}

Response backup(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.backup(member(request, "path"), switched_on(request, "seed")));
}

Response backup_now(const ControlPorts& ports, const Request& request) {
  return answer(request, ports.backup_now());
}

Response finality(const ControlPorts& ports, const Request& request) {
  const auto number = [&](const char* name) {
    return parse_decimal(request.parameter(name).value_or("0"));
  };
  const auto size = number("size");
  const auto wait = number("wait_ms");
  if (!size || !wait)
    return control_problem(request, Error{ErrorCode::kMalformed, "size and wait_ms are numbers"});
  constexpr std::uint64_t kLongest = 60'000;
  const std::chrono::milliseconds longest(static_cast<std::int64_t>(std::min(*wait, kLongest)));
  return answer(request, ports.finality(*size, longest));
}

// The router's own words: for others the control API does not exist.
Response nothing_here() {
  return make_problem(404, "not-found", "Not Found", "Nothing is served at this address.");
}

Handler guarded(const Ports& ports, ControlHandler handler) {
  return [ports, handler](const Request& request, const PathArguments&) {
    if (!request.control) return nothing_here();
    return handler(*ports, request);
  };
}

}  // namespace

void add_control_routes(Router& router, ControlPorts ports) {
  const Ports shared = std::make_shared<const ControlPorts>(std::move(ports));
  router.add("POST", "/control/v1/publish", guarded(shared, &publish_entries));
  router.add("POST", "/control/v1/import/gov24", guarded(shared, &import_gov24));
  router.add("POST", "/control/v1/import/entries", guarded(shared, &import_entries));
  router.add("POST", "/control/v1/withdraw", guarded(shared, &withdraw_entry));
  router.add("GET", "/control/v1/peers", guarded(shared, &list_peers));
  router.add("POST", "/control/v1/peers", guarded(shared, &look_or_add_peer));
  router.add("DELETE", "/control/v1/peers", guarded(shared, &remove_peer));
  router.add("POST", "/control/v1/pull", guarded(shared, &pull));
  router.add("GET", "/control/v1/status", guarded(shared, &status));
  router.add("POST", "/control/v1/fsck", guarded(shared, &fsck));
  router.add("POST", "/control/v1/import-bundle", guarded(shared, &import_bundle));
  router.add("POST", "/control/v1/export", guarded(shared, &export_bundle));
  router.add("POST", "/control/v1/erase", guarded(shared, &erase));
  router.add("GET", "/control/v1/erasures", guarded(shared, &erasures));
  router.add("POST", "/control/v1/backup", guarded(shared, &backup));
  router.add("POST", "/control/v1/backups", guarded(shared, &backup_now));
  router.add("GET", "/control/v1/finality", guarded(shared, &finality));
  router.add("POST", "/control/v1/uploads", guarded(shared, &begin_upload));
  router.add("POST", "/control/v1/uploads/chunk", guarded(shared, &continue_upload));
  router.add("POST", "/control/v1/uploads/finish", guarded(shared, &finish_upload));
  router.add("DELETE", "/control/v1/uploads", guarded(shared, &drop_upload));
  router.add("GET", "/control/v1/attachment", guarded(shared, &read_attachment));
  router.add("GET", "/control/v1/attachment-places", guarded(shared, &attachment_places));
}

}  // namespace dure::node::http
