// SPDX-License-Identifier: Apache-2.0
#include "doctor/doctor.h"

#include <iterator>

#include "doctor/checks.h"

namespace dure::node {
namespace {

void append(Findings& all, Findings found) {
  all.insert(all.end(), std::make_move_iterator(found.begin()),
             std::make_move_iterator(found.end()));
}

}  // namespace

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

Findings look_over(const DoctorPorts& ports) {
  Findings all;
  const NodeFacts node = ports.node();
  append(all, check_node(node));
  append(all, check_files(ports.files()));
  append(all, check_disk(ports.disk()));
  if (node.head_file) append(all, check_databases({*node.head_file}));
  append(all, check_head(node));
  append(all, check_backups(node));
  if (const auto certificate = ports.certificate())
    append(all, check_certificate("certificate-file", *certificate, ports.now()));
  append(all, check_charter(node));
  append(all, check_finality(node));
  return all;
}

Findings examine(const DoctorPorts& ports) {
  Findings all;
  // A stopped node is opened for its facts; its files are looked at before that.
  auto databases = ports.databases();
  const NodeFacts node = ports.node();
  if (node.head_file) databases.push_back(*node.head_file);
  const std::int64_t now = ports.now();
  const auto peers = ports.peers(node);
  const PublicFacts own_url = ports.own_url(node);

  append(all, check_node(node));
  append(all, check_versions(node, ports.version, ports.libraries));
  append(all, check_clock(peers));
  append(all, check_files(ports.files()));
  append(all, check_disk(ports.disk()));
  append(all, check_databases(databases));
  append(all, check_head(node));
  append(all, check_backups(node));
  append(all, check_listening(ports.listening(node)));
  if (const auto certificate = ports.certificate())
    append(all, check_certificate("certificate-file", *certificate, now));
  append(all, check_own_url(own_url, node, now));
  append(all, check_front(own_url));
  append(all, check_charter(node));
  append(all, check_finality(node));
  append(all, check_peers(peers, node));
  return all;
}

}  // namespace dure::node
