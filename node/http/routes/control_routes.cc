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

Handler with_ports(const Ports& ports, ControlHandler handler) {
  return [ports, handler](const Request& request, const PathArguments&) {
    return handler(*ports, request);
  };
}

}  // namespace

void add_control_routes(Router& router, ControlPorts ports) {
  const Ports shared = std::make_shared<const ControlPorts>(std::move(ports));
  router.add("POST", "/control/v1/publish",
             with_ports(shared, [](const ControlPorts& own, const Request& request) {
               return publish_entries(own, request);
             }));
  router.add("POST", "/control/v1/import/gov24", with_ports(shared, &import_gov24));
  router.add("POST", "/control/v1/import/entries", with_ports(shared, &import_entries));
  router.add("POST", "/control/v1/withdraw", with_ports(shared, &withdraw_entry));
  router.add("GET", "/control/v1/peers", with_ports(shared, &list_peers));
  router.add("POST", "/control/v1/peers", with_ports(shared, &look_or_add_peer));
  router.add("DELETE", "/control/v1/peers", with_ports(shared, &remove_peer));
  router.add("POST", "/control/v1/pull", with_ports(shared, &pull));
  router.add("GET", "/control/v1/status", with_ports(shared, &status));
  router.add("POST", "/control/v1/fsck", with_ports(shared, &fsck));
  router.add("POST", "/control/v1/import-bundle", with_ports(shared, &import_bundle));
  router.add("POST", "/control/v1/export", with_ports(shared, &export_bundle));
  router.add("POST", "/control/v1/erase", with_ports(shared, &erase));
  router.add("GET", "/control/v1/erasures", with_ports(shared, &erasures));
  router.add("POST", "/control/v1/backup", with_ports(shared, &backup));
  router.add("POST", "/control/v1/backups", with_ports(shared, &backup_now));
  router.add("GET", "/control/v1/finality", with_ports(shared, &finality));
  router.add("POST", "/control/v1/uploads", with_ports(shared, &begin_upload));
  router.add("POST", "/control/v1/uploads/chunk", with_ports(shared, &continue_upload));
  router.add("POST", "/control/v1/uploads/finish", with_ports(shared, &finish_upload));
  router.add("DELETE", "/control/v1/uploads", with_ports(shared, &drop_upload));
  router.add("GET", "/control/v1/attachment", with_ports(shared, &read_attachment));
  router.add("GET", "/control/v1/attachment-places", with_ports(shared, &attachment_places));
}

}  // namespace dure::node::http
