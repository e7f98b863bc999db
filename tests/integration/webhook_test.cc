// SPDX-License-Identifier: Apache-2.0
// A running node tells a receiver what changes, through refusals, a crash and a rebuilt catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "dure/encoding.h"
#include "integration/dure_process.h"
#include "node/http/client.h"
#include "support/scripted_server.h"
#include "support/webhook_signature.h"

namespace dure::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string field(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

/// From the bytes that came.
bool verifies(const std::string& key, const std::string& head, const std::string& body) {
  return node::receiver_accepts(key, {field(head, "webhook-id"), field(head, "webhook-timestamp"),
                                      field(head, "webhook-signature"), body});
}

/// Keeps what it takes, in order; refuses with `status` what it does not.
class Receiver {
 public:
  struct Taken {
    std::string head, body;
  };
  Receiver() {
    int port = 0;
    const int listener = node::listen_tcp(port);
    url_ = "http://127.0.0.1:" + std::to_string(port) + "/hook/";
    server_ = std::make_unique<node::ScriptedServer>(listener, [this](int socket, int) {
      const auto head = node::hear(socket);
      std::string body(std::stoul("0" + field(head, "Content-Length")), '\0');
      if (::recv(socket, body.data(), body.size(), MSG_WAITALL) <= 0) return;
      node::say(socket, answer_to({head, body}));
    });
  }
  const std::string& url() const { return url_; }
  void refuse(int status) { status_ = status; }
  void accept() { status_ = 204; }
  std::size_t asked() const { return asked_; }
  std::vector<Taken> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  std::vector<std::string> titles() const {
    std::vector<std::string> all;
    for (const auto& one : taken()) {
      const auto message = json::parse(one.body, nullptr, false);
      for (const auto& change : message["data"]["changes"])
        all.push_back(change.value("title", change.value("change", "")));
    }
    return all;
  }

 private:
  std::string answer_to(Taken post) {
    ++asked_;
    const int status = status_;
    if (status != 204)
      return "HTTP/1.1 " + std::to_string(status) +
             " No\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const std::lock_guard lock(mutex_);
    taken_.push_back(std::move(post));
    return "HTTP/1.1 204 Taken\r\nConnection: close\r\n\r\n";
  }

  std::string url_;
  std::atomic<int> status_{204};
  std::atomic<std::size_t> asked_{0};
  mutable std::mutex mutex_;
  std::vector<Taken> taken_;
  std::unique_ptr<node::ScriptedServer> server_;
};

class WebhookProcessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110", "--yes"});
    ASSERT_EQ(made.code, 0) << made.err;
    publish("before");
    // What is in the catalogue when a webhook is named is not told.
    serve();
    ASSERT_TRUE(comes_true([&] {
      return json::parse(http_get("/api/v1/changes"), nullptr, false)["changes"].size() == 1;
    }));
    node_.reset();
  }
  std::string http_get(const std::string& path) const {
    return node::http::testing::Client::to(node_->url()).get(path).body;
  }
  void add_hook(const std::string& url) const {
    std::ofstream(data_ + "/dure.toml", std::ios::app)
        << "\n[[webhook]]\nurl = \"" << url << "\"\n";
  }
  void serve() {
    node_ = std::make_unique<ServeProcess>(data_);
    ASSERT_FALSE(node_->url().empty());
  }
  void publish(const std::string& title) const {
    const auto done = run_dure(
        {"publish", "--data", data_, "-"},
        R"({"type":"service","title":{"ko":")" + title +
            R"("},"summary":{"ko":"간호사가 찾아갑니다."},"department":{"ko":"보건소"},)"
            R"("contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],)"
            R"("status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"})"
            "\n");
    ASSERT_EQ(done.code, 0) << done.err;
  }
  json hooks() const {
    const auto told = run_dure({"status", "--data", data_, "--json"});
    return json::parse(told.out, nullptr, false)["webhooks"];
  }
  std::string state() const { return hooks()["hooks"][0].value("state", ""); }
  // Each look is a process of its own, so that this takes a while without sleeping.
  template <class Condition>
  bool comes_true(const Condition& condition) const {
    for (int i = 0; i < 2000; ++i) {
      if (condition()) return true;
      (void)run_dure({"version"});
    }
    return false;
  }

  TempFolder folder_;
  std::string data_ = folder_.path("suwon");
  Receiver receiver_;
  std::unique_ptr<ServeProcess> node_;
};

TEST_F(WebhookProcessTest, NothingIsLostOrOutOfOrderThroughRefusalsACrashAndARestart) {
  add_hook(receiver_.url());
  receiver_.refuse(503);
  serve();
  for (const char* title : {"r0", "r1", "r2"}) publish(title);
  ASSERT_TRUE(comes_true([&] { return receiver_.asked() > 0 && state() == "retrying"; }));
  const auto text = run_dure({"status", "--data", data_});
  EXPECT_THAT(text.out, HasSubstr(receiver_.url() + ": failing since "));
  EXPECT_THAT(text.out, HasSubstr("HTTP 503"));
  EXPECT_THAT(http_get("/metrics"), HasSubstr("dure_webhook_behind_changes{webhook=\"1\"} "));

  receiver_.accept();
  const std::vector<std::string> three = {"r0", "r1", "r2"};
  ASSERT_TRUE(comes_true([&] { return receiver_.titles() == three; }));

  receiver_.refuse(500);
  publish("r3");
  ASSERT_TRUE(comes_true([&] { return state() == "retrying"; }));
  node_->stop(SIGKILL);
  node_.reset();
  publish("r4");  // nobody serves: it is told at the next start
  receiver_.accept();
  serve();
  publish("r5");
  const std::vector<std::string> all = {"r0", "r1", "r2", "r3", "r4", "r5"};
  ASSERT_TRUE(comes_true([&] { return receiver_.titles().size() >= all.size(); }));
  EXPECT_EQ(receiver_.titles(), all) << "in order, and what came before the hook is not told";

  const std::string key = hooks()["key"];
  std::string reached;
  for (const auto& post : receiver_.taken()) {
    EXPECT_TRUE(verifies(key, post.head, post.body));
    std::string changed = post.body;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    EXPECT_FALSE(verifies(key, post.head, changed));
    const auto message = json::parse(post.body);
    EXPECT_EQ(message["type"], "catalogue.changes");
    EXPECT_TRUE(reached.empty() || message["data"]["from"] == reached);
    reached = message["data"]["since"];
  }
  EXPECT_EQ(json::parse(http_get("/api/v1/changes?since=" + reached))["changes"].size(), 0U)
      << "a place in a message is what since= takes";
}

TEST_F(WebhookProcessTest, ARebuiltCatalogueIsToldWholeAndMarkedSo) {
  add_hook(receiver_.url());
  serve();
  publish("r0");
  ASSERT_TRUE(comes_true([&] { return receiver_.titles().size() == 1; }));
  const auto rebuilt = run_dure({"fsck", "--data", data_, "--rebuild-catalogue"});
  ASSERT_EQ(rebuilt.code, 0) << rebuilt.err;
  const std::vector<std::string> all = {"r0", "before", "r0"};
  ASSERT_TRUE(comes_true([&] { return receiver_.titles().size() >= all.size(); }));
  EXPECT_EQ(receiver_.titles(), all);
  EXPECT_EQ(json::parse(receiver_.taken()[0].body)["data"]["anew"], false);
  EXPECT_EQ(json::parse(receiver_.taken()[1].body)["data"]["anew"], true);
}

TEST_F(WebhookProcessTest, GoneStopsItUntilAReload) {
  add_hook(receiver_.url());
  receiver_.refuse(410);
  serve();
  publish("r0");
  ASSERT_TRUE(comes_true([&] { return state() == "stopped"; }));
  EXPECT_THAT(run_dure({"status", "--data", data_}).out, HasSubstr("STOPPED"));
  receiver_.accept();
  ASSERT_EQ(::kill(node_->pid(), SIGHUP), 0);
  EXPECT_TRUE(comes_true([&] { return receiver_.titles().size() == 1; }));
}

TEST_F(WebhookProcessTest, ANodeWithABadWebhookDoesNotStartAndSaysWhatToDo) {
  add_hook("https://kim:geheim@portal.example/dure");
  const auto started = run_dure({"serve", "--data", data_, "--listen", "127.0.0.1:0"});
  EXPECT_NE(started.code, 0);
  EXPECT_THAT(started.err, HasSubstr("dure.toml:"));
  EXPECT_THAT(started.err, HasSubstr("must not hold a name or password"));
  EXPECT_THAT(started.err, ::testing::Not(HasSubstr("geheim")));
}

}  // namespace
}  // namespace dure::test
