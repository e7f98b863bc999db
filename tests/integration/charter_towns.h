// SPDX-License-Identifier: Apache-2.0
// Three towns in processes of their own that become a federation; the first is the only steward.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "dure/charter.h"
#include "integration/dure_process.h"
#include "node/http/client.h"

namespace dure::test {

using nlohmann::json;
using ::testing::HasSubstr;

inline std::string service(const std::string& title) {
  return json{{"type", "service"},
              {"title", {{"ko", title}}},
              {"summary", {{"ko", "간호사가 찾아가 건강을 살핍니다."}}},
              {"department", {{"ko", "보건소 건강증진과"}}},
              {"contact", {{"phone", "031-000-0000"}}},
              {"regions",
               json::array({{{"scheme", "bjd"}, {"code", "4111000000"}, {"asOf", "2024-01-01"}}})},
              {"status", {{"code", "running"}}},
              {"modified", "2026-03-01"},
              {"licence", "kogl-1"}}
      .dump();
}

class CharterProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    for (int i = 0; i < 3; ++i) {
      data_.push_back(folder_.path("t" + std::to_string(i)));
      const auto made = run_dure({"init", "--data", data_.back(), "--origin",
                                  "t" + std::to_string(i) + ".example/dure/1", "--name",
                                  "마을 " + std::to_string(i), "--region", "41110", "--yes"});
      ASSERT_EQ(made.code, 0) << made.err;
      serve(i);
    }
  }
  /// On a free port, which it names as its own.
  void serve(int i) {
    const auto at = static_cast<std::size_t>(i);
    const std::string listen = free_address(), url = "http://" + listen;
    const std::vector<std::string> flags = {"--listen",        listen, "--url", url,
                                            "--pull-interval", "1"};
    nodes_.push_back(std::make_unique<ServeProcess>(data_[at], flags));
    ASSERT_EQ(nodes_.back()->url(), url);
    // Alone, a node brings its own entry up to date by itself.
    ASSERT_TRUE(comes_true([&] { return report(at)["members"][0]["url"] == url; }));
  }
  json report(std::size_t i) const {
    return json::parse(run_dure({"charter", "status", "--data", data_[i], "--json"}).out, nullptr,
                       false);
  }
  /// Each `pull --once` asks all members anew, so that no test waits for the clock.
  void ask_around() {
    for (std::size_t i = 0; i < data_.size(); ++i) {
      if (!stopped_.contains(i)) (void)run_dure({"pull", "--data", data_[i], "--once"});
    }
  }
  template <class Condition>
  bool comes_true(const Condition& condition) {
    for (int i = 0; i < 60; ++i) {
      if (condition()) return true;
      ask_around();
    }
    return false;
  }
  void stop(std::size_t i) {
    nodes_[i]->stop(SIGTERM);
    stopped_.insert(i);
  }
  void start_again(std::size_t i) {
    start_as(i, data_[i]);
    stopped_.erase(i);
  }
  /// Another data folder in the place of this town's.
  void start_as(std::size_t i, const std::string& data) {
    const std::string url = nodes_[i]->url(), listen = nodes_[i]->listen();
    nodes_[i] = std::make_unique<ServeProcess>(
        data, std::vector<std::string>{"--listen", listen, "--url", url, "--pull-interval", "1"});
    ASSERT_EQ(nodes_[i]->url(), url);
  }
  static json status_of(const std::string& data) {
    return json::parse(run_dure({"status", "--data", data, "--json"}).out, nullptr, false);
  }
  json status(std::size_t i) const { return status_of(data_[i]); }
  static void publish(const std::string& data, const std::string& title) {
    const auto done = run_dure({"publish", "--data", data, "-"}, service(title));
    ASSERT_EQ(done.code, 0) << done.err;
  }
  bool found(std::size_t i, const std::string& words) const {
    return run_dure({"search", "--data", data_[i], words, "--json"}).code == 0;
  }
  /// What a town serves as the newest head of a log that it mirrors.
  Checkpoint checkpoint_of(std::size_t i, const std::string& origin) const {
    const auto answer = node::http::testing::Client::to(nodes_[i]->url())
                            .get("/mirror/" + origin_hash(origin) + "/checkpoint");
    const auto note = parse_note(answer.body);
    const auto head = note ? parse_checkpoint(note->text) : Result<Checkpoint>(note.error());
    EXPECT_TRUE(head) << answer.body;
    return head ? *head : Checkpoint{};
  }
  /// What a town answers when it is to witness another's newest head.
  int asked_to_witness(std::size_t witness, std::size_t whose) const {
    const auto head =
        node::http::testing::Client::to(nodes_[whose]->url()).get("/log/checkpoint").body;
    auto client = node::http::testing::Client::to(nodes_[witness]->url());
    const std::string body = "old 0\n\n" + head;
    client.send("POST /witness/add-checkpoint HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read().status;
  }
  /// The first town changes the charter, which needs nobody else.
  void propose(const std::function<void(Charter&)>& change) {
    const auto note = run_dure({"charter", "show", "--data", data_[0]}).out;
    auto next = parse_signed_charter(note);
    ASSERT_TRUE(next) << note;
    Charter charter = next->charter;
    ++charter.version;
    charter.previous = charter_hash(next->note.text);
    change(charter);
    const auto file = folder_.file("proposal", format_charter(charter));
    const auto done = run_dure({"charter", "propose", file, "--data", data_[0], "--yes"});
    ASSERT_EQ(done.code, 0) << done.err;
    ASSERT_EQ(report(0)["version"], charter.version);
  }
  /// The first town, the only steward, takes the others in.
  void become_federation() {
    for (std::size_t i = 1; i < data_.size(); ++i) {
      ASSERT_EQ(join(i, 0), "asked");
      const auto draft = report(0)["drafts"][0]["hash"].get<std::string>();
      ASSERT_EQ(
          run_dure({"charter", "sign", draft.substr(0, 12), "--data", data_[0], "--yes"}).code, 0);
    }
    ASSERT_TRUE(comes_true([&] {
      return report(1)["hash"] == report(0)["hash"] && report(2)["hash"] == report(0)["hash"];
    }));
  }
  /// A next version signed by the steward on the quiet.
  std::string signed_version(const std::string& name, const std::string& data, int days) {
    const auto file = folder_.path(name);
    EXPECT_EQ(run_dure({"charter", "new", "--days", std::to_string(days), "--data", data,
                        "--output", file})
                  .code,
              0);
    const auto done =
        run_dure({"charter", "sign", file, "--key", data_[0] + "/charter.key", "--yes", "--name",
                  "t0.example/dure/charter", "--data", folder_.path("nowhere")});
    EXPECT_EQ(done.code, 0) << done.err;
    return file;
  }
  std::string join(std::size_t who, std::size_t where) {
    const auto fingerprint = report(where)["fingerprint"].get<std::string>();
    const auto joined = run_dure({"join", nodes_[where]->url(), "--data", data_[who],
                                  "--fingerprint", fingerprint, "--json"});
    EXPECT_EQ(joined.code, 0) << joined.err;
    return json::parse(joined.out, nullptr, false).value("state", "");
  }

  TempFolder folder_;
  std::vector<std::string> data_;
  std::vector<std::unique_ptr<ServeProcess>> nodes_;
  std::set<std::size_t> stopped_;  // asked nothing and told nothing: not even by a command
};

}  // namespace dure::test
