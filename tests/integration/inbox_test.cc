// SPDX-License-Identifier: Apache-2.0
// A citizen tells a real node, a person at the town decides, the citizen reads the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>

#include "integration/dure_process.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

using nlohmann::json;
using node::http::testing::Answer;
using node::http::testing::Client;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kProposal =
    R"({"type":"proposal","title":{"ko":"밤에도 여는 약국"},"summary":{"ko":"새벽에 갈 약국이 없다는 의견"},)"
    R"("department":{"ko":"보건소"},"contact":{"phone":"031-228-2114"},"modified":"2026-11-01",)"
    R"("licence":"kogl-1","proposed":{"ko":"밤 12시 뒤에도 여는 약국이 필요합니다."},"decision":{"code":"considered"}})";

std::string match(const std::string& text, const std::string& pattern) {
  std::smatch found;
  return std::regex_search(text, found, std::regex(pattern)) ? found[1].str() : std::string();
}

// The question as a person would answer it.
unsigned answered(const std::string& page) {
  static const std::vector<std::string> kNumbers = {
      "",         "one",     "two",     "three",     "four",     "five",     "six",
      "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
  const auto number = [](const std::string& word) {
    return static_cast<unsigned>(std::find(kNumbers.begin(), kNumbers.end(), word) -
                                 kNumbers.begin());
  };
  const auto question = match(page, "<label for=\"tell-answer\">([^<]*)</label>");
  const auto word = [&](const std::string& pattern) { return number(match(question, pattern)); };
  if (question.find(" plus ") != std::string::npos)
    return word("is (\\w+) plus") + word("plus (\\w+)");
  if (question.find(" minus ") != std::string::npos)
    return word("is (\\w+) minus") - word("minus (\\w+)");
  if (question.find("larger") != std::string::npos)
    return std::max(word("larger, (\\w+) or"), word("or (\\w+)\\?"));
  return word("after (\\w+)\\?") + 1;
}

class InboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program dure was not built";
    const auto made = run_dure({"init", "--data", data_, "--origin", "suwon.go.kr/dure/1", "--name",
                                "수원시", "--region", "41110"});
    ASSERT_EQ(made.code, 0) << made.err;
  }
  static Answer get(const ServeProcess& node, const std::string& path) {
    return Client::to(node.url()).get(path, "Accept: text/html\r\nAccept-Language: en\r\n");
  }
  /// Fills in the form of the page and sends it; `more` are further headers.
  static Answer tell(const ServeProcess& node, const std::string& text_encoded,
                     const std::string& more = {}) {
    const auto page = get(node, "/tell").body;
    const std::string body = "kind=need&text=" + text_encoded +
                             "&token=" + match(page, "name=\"token\" value=\"([a-z2-7]+)\"") +
                             "&answer=" + std::to_string(answered(page));
    auto client = Client::to(node.url());
    client.send("POST /tell HTTP/1.1\r\nHost: a\r\nAccept-Language: en\r\n" + more +
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read();
  }
  Outcome inbox(std::vector<std::string> words) {
    words.insert(words.begin(), "inbox");
    words.insert(words.end(), {"--data", data_});
    return run_dure(words);
  }
  TempFolder folder_;
  std::string data_ = folder_.path("node");
};

TEST_F(InboxTest, FromTheFormToTheAnswer) {
  std::string receipt;
  {
    const ServeProcess node(data_);
    ASSERT_FALSE(node.url().empty());
    EXPECT_THAT(get(node, "/").body, HasSubstr("href=\"/tell\""));
    const auto sent = tell(node, "A+pharmacy+is+%3Cneeded%3E+at+night");
    ASSERT_EQ(sent.status, 303) << sent.body;
    receipt = sent.header("Location");
    EXPECT_THAT(get(node, receipt).body, HasSubstr("&lt;needed&gt;"));
    struct stat info {};
    ASSERT_EQ(stat((data_ + "/inbox.db").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);

    const auto list = json::parse(inbox({"list", "--json"}).out, nullptr, false);
    ASSERT_EQ(list.at("messages").size(), 1U);
    EXPECT_EQ(list.at("messages").at(0).at("text"), "A pharmacy is <needed> at night");
    EXPECT_THAT(run_dure({"status", "--data", data_}).out, HasSubstr("inbox: 1 waiting"));
    for (const char* path : {"/", "/changes", "/api/v1/entries", "/catalog"})
      EXPECT_THAT(get(node, path).body, Not(HasSubstr("pharmacy"))) << path;
    ASSERT_EQ(inbox({"answer", "1", "--text", "There is one: <Dawn>"}).code, 0);
    EXPECT_THAT(get(node, receipt).body, HasSubstr("There is one: &lt;Dawn&gt;"));
    EXPECT_THAT(inbox({"decline", "1", "--reason", "no"}).err, HasSubstr("decided already"));
  }
  // The same without a running node, and after a restart.
  EXPECT_THAT(inbox({"show", "1"}).out, HasSubstr("There is one: <Dawn>"));
  const ServeProcess again(data_);
  EXPECT_THAT(get(again, receipt).body, HasSubstr("There is one: &lt;Dawn&gt;"));
}

TEST_F(InboxTest, AProposalIsPublishedOnceAndItsMessageSaysSo) {
  const auto file = folder_.file("proposal.json", kProposal);
  const ServeProcess node(data_);
  const auto sent = tell(node, "A+pharmacy+is+needed+at+night");
  ASSERT_EQ(sent.status, 303);
  EXPECT_EQ(inbox({"publish", "1", folder_.file("bad.json", R"({"type":"proposal"})")}).code, 1);
  const auto made = inbox({"publish", "1", file, "--json"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto id = json::parse(made.out).at("id").get<std::string>();
  EXPECT_THAT(get(node, sent.header("Location")).body, HasSubstr("/e/" + id));
  // Published is durable at once; found a moment later.
  EXPECT_TRUE(becomes([&] {
    const auto body = get(node, "/api/v1/entries/" + id + "/body").body;
    return body.find("\"scheme\":\"inbox\"") != std::string::npos;
  }));
  EXPECT_NE(inbox({"publish", "1", file}).code, 0);
  const auto status = json::parse(run_dure({"status", "--data", data_, "--json"}).out);
  EXPECT_EQ(status.at("inbox").at("waiting"), 0);
}

// As if the process had ended between publishing and writing it down.
TEST_F(InboxTest, APublicationThatWasCutOffIsFinishedNotRepeated) {
  constexpr const char* kSqlite = "/usr/bin/sqlite3";
  if (!std::filesystem::exists(kSqlite))
    GTEST_SKIP() << "NOT TESTED: the package sqlite3 is not installed";
  const auto file = folder_.file("proposal.json", kProposal);
  {
    const ServeProcess node(data_);
    ASSERT_EQ(tell(node, "A+pharmacy+is+needed+at+night").status, 303);
  }
  const auto made = json::parse(inbox({"publish", "1", file, "--json"}).out, nullptr, false);
  ASSERT_TRUE(made.is_object());
  const auto undone = run_program(
      {kSqlite, data_ + "/inbox.db", "UPDATE messages SET state='waiting', record='', decided=0"});
  ASSERT_EQ(undone.code, 0) << undone.err;
  EXPECT_THAT(inbox({"decline", "1", "--reason", "no"}).err, HasSubstr("is published already"));
  const auto again = json::parse(inbox({"publish", "1", file, "--json"}).out, nullptr, false);
  ASSERT_TRUE(again.is_object());
  EXPECT_EQ(again.at("id"), made.at("id"));
  EXPECT_EQ(again.at("size"), made.at("size")) << "nothing was added to the log";
  EXPECT_THAT(inbox({"show", "1"}).out, HasSubstr(made.at("id").get<std::string>()));
}

TEST_F(InboxTest, ABackupHoldsItAndFsckReadsIt) {
  const auto copy = folder_.path("copy");
  {
    const ServeProcess node(data_);
    ASSERT_EQ(tell(node, "A+pharmacy+is+needed+at+night").status, 303);
    ASSERT_EQ(run_dure({"backup", copy, "--data", data_}).code, 0);
    EXPECT_EQ(run_dure({"fsck", "--data", data_}).code, 0);
  }
  ASSERT_EQ(run_dure({"backup", "verify", copy}).code, 0);
  std::filesystem::remove(data_ + "/inbox.db");
  const auto restored = run_dure({"restore", copy, "--data", data_, "--replace", "--yes"});
  EXPECT_TRUE(std::filesystem::exists(data_ + "/inbox.db")) << restored.err;
  EXPECT_THAT(inbox({"list"}).out, HasSubstr("pharmacy"));
}

TEST_F(InboxTest, TurnedOffThereIsNoFormAndNoLink) {
  const ServeProcess node(data_, {"--inbox-enabled", "off"});
  EXPECT_EQ(get(node, "/tell").status, 404);
  EXPECT_THAT(get(node, "/").body, Not(HasSubstr("/tell")));
}

TEST_F(InboxTest, CountsTheClientBehindATrustedProxy) {
  const ServeProcess node(data_, {"--trusted-proxies", "127.0.0.1"});
  for (int i = 0; i < 5; ++i) {
    const auto text = "A+thing+is+needed+number+" + std::to_string(i);
    ASSERT_EQ(tell(node, text, "X-Forwarded-For: 192.0.2.7\r\n").status, 303) << i;
  }
  EXPECT_EQ(tell(node, "One+more+thing+is+needed", "X-Forwarded-For: 192.0.2.7\r\n").status, 429);
  EXPECT_EQ(tell(node, "One+more+thing+is+needed", "X-Forwarded-For: 192.0.2.8\r\n").status, 303);
}

}  // namespace
}  // namespace dure::test
