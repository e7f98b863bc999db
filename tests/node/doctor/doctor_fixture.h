// SPDX-License-Identifier: Apache-2.0
// Facts of a node with which nothing is wrong; each test spoils one of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "doctor/checks.h"
#include "doctor/doctor.h"

namespace dure::node {

constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::int64_t kDay = 86'400;

inline NodeFacts healthy_node() {
  NodeFacts node;
  node.running = true;
  node.origin = "suwon.go.kr/dure/1";
  node.url = "https://dure.suwon.go.kr";
  node.version = "1.2.3";
  node.listening = "http://127.0.0.1:8420";
  node.head = {10, 10, 10, true, 10};
  node.charter = {true, 300, false, 3, 0, 0, ""};
  node.finality = {true, 0, 3, 2};
  node.backups = {true, true, 20, true, 3600, kDay, {}};
  node.peers = {{"https://osan.go.kr", "오산시", "osan.go.kr/dure/1"}};
  return node;
}

inline PeerFacts healthy_peer() {
  PeerFacts peer;
  peer.peer = healthy_node().peers.front();
  peer.ahead = 0;
  peer.tells_heads = true;
  peer.own_size = 10;
  return peer;
}

inline PublicFacts healthy_address() {
  PublicFacts address;
  address.url = "https://dure.suwon.go.kr";
  address.tls = true;
  address.addresses = {"203.0.113.5"};
  address.origin = "suwon.go.kr/dure/1";
  address.certificate = CertificateFacts{"dure.suwon.go.kr", kNow - kDay, kNow + 60 * kDay, "", {}};
  address.front = {true, true, "203.0.113.5", {"203.0.113.5"}, false};
  address.trusted_proxies = 1;
  return address;
}

inline DiskFacts healthy_disk() {
  DiskFacts disk;
  disk.path = "/var/lib/dure/node";
  disk.free = std::uint64_t{50} << 30U;
  disk.total = std::uint64_t{100} << 30U;
  disk.free_files = disk.total_files = 1'000'000;
  disk.sync_microseconds = 900;
  return disk;
}

inline std::vector<FileFacts> healthy_files() {
  using Kind = FileFacts::Kind;
  return {{"/var/lib/dure/node", Kind::kFolder, 0750, "dure"},
          {"/var/lib/dure/node/seed.key", Kind::kSecret, 0600, "dure"},
          {"/var/lib/dure/node/inbox.db", Kind::kPrivate, 0644, "dure"},
          {"/var/lib/dure/node/node.db", Kind::kDatabase, 0644, "dure"}};
}

/// "warning cli.doctor.x" of each finding.
inline std::vector<std::string> said(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings)
    lines.push_back(std::string(verdict_name(finding.verdict)) + " " +
                    finding.text.substr(finding.text.rfind('.') + 1));
  return lines;
}

inline std::string argument(const Finding& finding, std::string_view name) {
  for (const auto& [key, value] : finding.args) {
    if (key == name) return value;
  }
  return "(none)";
}

inline Error some_error() { return {ErrorCode::kUnavailable, "connect: Connection refused"}; }

}  // namespace dure::node
