// SPDX-License-Identifier: Apache-2.0
#include "doctor/doctor.h"

#include <iterator>

#include "doctor/checks.h"

namespace dure::node {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kWarning:
      return "warning";
    case Verdict::kError:
      return "error";
    case Verdict::kNotChecked:
      break;
  }
  return "not-checked";
}

Findings examine(const DoctorPorts& ports) {
  Findings all;
  const auto add = [&all](Findings found) {
    all.insert(all.end(), std::make_move_iterator(found.begin()),
               std::make_move_iterator(found.end()));
  };
  // A stopped node is opened for its facts; its files are looked at before that.
  auto databases = ports.databases();
  const NodeFacts node = ports.node();
  if (node.head_file) databases.push_back(*node.head_file);
  const std::int64_t now = ports.now();
  const auto peers = ports.peers(node);
  const PublicFacts own_url = ports.own_url(node);

  add(check_node(node));
  add(check_versions(node, ports.version, ports.libraries));
  add(check_clock(peers));
  add(check_files(ports.files()));
  add(check_disk(ports.disk()));
  add(check_databases(databases));
  add(check_head(node));
  add(check_backups(node));
  add(check_listening(ports.listening(node)));
  if (const auto certificate = ports.certificate())
    add(check_certificate("certificate-file", *certificate, now));
  add(check_own_url(own_url, node, now));
  add(check_front(own_url));
  add(check_charter(node));
  add(check_finality(node));
  add(check_peers(peers, node));
  return all;
}

}  // namespace dure::node
