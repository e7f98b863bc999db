// SPDX-License-Identifier: Apache-2.0
// The whole examination over ports, and that everything it can say has words and a remedy.
#include "doctor/doctor.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "doctor_fixture.h"
#include "web/texts.h"

namespace dure::node {
namespace {

using testing::Contains;
using testing::Not;
using testing::StartsWith;

DoctorPorts healthy_ports() {
  DoctorPorts ports;
  ports.version = "1.2.3";
  ports.libraries = "SQLite 3";
  ports.now = [] { return kNow; };
  ports.files = healthy_files;
  ports.disk = healthy_disk;
  ports.node = healthy_node;
  ports.databases = [] {
    return std::vector<DatabaseFacts>{{"node.db", DatabaseFacts::State::kWhole, "", {}}};
  };
  ports.listening = [](const NodeFacts& node) { return ListenFacts{node.listening, true, {}}; };
  ports.certificate = []() -> std::optional<CertificateFacts> { return std::nullopt; };
  ports.own_url = [](const NodeFacts&) { return healthy_address(); };
  ports.peers = [](const NodeFacts&) { return std::vector<PeerFacts>{healthy_peer()}; };
  return ports;
}

TEST(DoctorTest, FindsNothingWrongWithAHealthyNode) {
  const auto lines = said(examine(healthy_ports()));
  EXPECT_THAT(lines, Not(Contains(StartsWith("warning"))));
  EXPECT_THAT(lines, Not(Contains(StartsWith("error"))));
}

// Whoever waits for a page is not kept waiting by others.
TEST(DoctorTest, LooksOverANodeWithoutAskingAnybody) {
  auto ports = healthy_ports();
  ports.own_url = nullptr, ports.peers = nullptr, ports.databases = nullptr;
  ports.listening = nullptr;
  ports.disk = [] {
    auto disk = healthy_disk();
    disk.free = 1U << 20U;
    return disk;
  };
  const auto lines = said(look_over(ports));
  EXPECT_THAT(lines, Contains("error disk_full"));
  EXPECT_THAT(lines, Contains(StartsWith("ok node_running")));
  EXPECT_THAT(lines, Contains(StartsWith("ok charter")));
}

TEST(DoctorTest, SeesAFullDiskThroughThePort) {
  auto ports = healthy_ports();
  ports.disk = [] {
    auto disk = healthy_disk();
    disk.free = 1U << 20U;
    return disk;
  };
  EXPECT_THAT(said(examine(ports)), Contains("error disk_full"));
}

// Every certificate and every peer's date is read against the one clock.
TEST(DoctorTest, SeesAWrongClockThroughThePort) {
  auto ports = healthy_ports();
  ports.now = [] { return kNow + 61 * kDay; };
  ports.peers = [](const NodeFacts&) {
    auto peer = healthy_peer();
    peer.ahead = -61 * kDay;
    return std::vector<PeerFacts>{peer};
  };
  const auto lines = said(examine(ports));
  EXPECT_THAT(lines, Contains("error clock_ahead"));
  EXPECT_THAT(lines, Contains("error certificate_expired"));
}

TEST(DoctorTest, TellsOfTheHeadFileThatOnlyTheNodeCanOpen) {
  auto ports = healthy_ports();
  ports.node = [] {
    auto node = healthy_node();
    node.head_file = DatabaseFacts{"head.db", DatabaseFacts::State::kDamaged, "row 1", {}};
    return node;
  };
  EXPECT_THAT(said(examine(ports)), Contains("error database_damaged"));
}

// What is not in order says what to do about it, in both languages.
TEST(DoctorTest, EverythingThatIsWrongHasARemedy) {
  static const std::regex kFinding("\"(cli\\.doctor\\.[a-z_]+)\"");
  static const std::regex kGood(
      "cli\\.doctor\\.([a-z_]+_ok|disk_space|disk_speed|node_running|"
      "port_free|front_none)");
  std::size_t found = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(DURE_SOURCE_DIR) + "/node/doctor")) {
    std::stringstream contents;
    contents << std::ifstream(file.path()).rdbuf();
    const std::string source = contents.str();
    for (std::sregex_iterator it(source.begin(), source.end(), kFinding), end; it != end; ++it) {
      const std::string key = (*it)[1];
      ++found;
      for (const Language language : {Language::kKo, Language::kEn}) {
        EXPECT_TRUE(has_text(language, key)) << key;
        EXPECT_EQ(has_text(language, key + ".remedy"), !std::regex_match(key, kGood)) << key;
      }
    }
  }
  EXPECT_GT(found, 50U);
}

}  // namespace
}  // namespace dure::node
