// SPDX-License-Identifier: Apache-2.0
// The whole way of an address on a clock and a network that the test holds in its hands.
#include "links/checker.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "links/entry_links.h"
#include "storage/link_book.h"
#include "support/failures.h"
#include "support/temp_folder.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kDay = 86'400;
constexpr char kOrigin[] = "suwon.go.kr/dure/1";
const LinkAnswer kOk{LinkFinding::kAnswers, 200}, kNotThere{LinkFinding::kGone, 404};

/// A book of which each write can fail in two ways.
class FailingBook final : public LinkBook {
 public:
  explicit FailingBook(std::unique_ptr<LinkBook> inner) : inner_(std::move(inner)) {}
  Status keep(std::uint64_t pass, const std::vector<EntryLinks>& entries) override {
    return fail.around([&] { return inner_->keep(pass, entries); });
  }
  Status forget_but(std::uint64_t pass) override {
    return fail.around([&] { return inner_->forget_but(pass); });
  }
  Status record(const KnownLink& state) override {
    return fail.around([&] { return inner_->record(state); });
  }
  Result<std::vector<KnownLink>> due(std::int64_t now, std::size_t most) override {
    return inner_->due(now, most);
  }
  Result<std::optional<std::int64_t>> next_due() override { return inner_->next_due(); }
  Result<std::optional<KnownLink>> find(std::string_view url) override { return inner_->find(url); }
  Result<std::vector<DeadLink>> dead() override { return inner_->dead(); }
  Result<bool> stands_in(std::string_view id, std::string_view url) override {
    return inner_->stands_in(id, url);
  }
  Result<LinkCounts> counts() override { return inner_->counts(); }
  std::uint64_t changes() override { return inner_->changes(); }

  FailNext fail;

 private:
  std::unique_ptr<LinkBook> inner_;
};

/// The own log as its catalogue shows it: publishing is seen once `see` was called.
class Town {
 public:
  void put(const std::string& id, const std::vector<std::string>& urls) {
    Json links = Json::array();
    for (const auto& url : urls) links.push_back({{"url", url}});
    const Json body = {{"title", {{"ko", id}}}, {"contact", {{"phone", "120"}}}, {"links", links}};
    log_[id] = {id, "service", body.dump()};
    ++size_;
    see();
  }
  void remove(const std::string& id) {
    log_.erase(id);
    ++size_;
    see();
  }
  void see() {
    seen_ = log_;
    seen_size_ = size_;
  }
  Status publish(const std::optional<std::string>& id, const std::string& body) {
    return fail.around([&]() -> Status {
      const std::string name = id ? *id : "notice-" + std::to_string(++notices_);
      if (id && !log_.contains(*id)) return Error{ErrorCode::kGone, "withdrawn"};
      log_[name] = {name, "notice", body};
      ++size_;
      ++published;
      return ok();
    });
  }
  Status withdraw(const std::string& id) {
    return fail.around([&]() -> Status {
      if (log_.erase(id) == 0) return Error{ErrorCode::kGone, "withdrawn"};
      ++size_;
      ++withdrawn;
      return ok();
    });
  }
  std::vector<OwnEntry> notices() const {
    std::vector<OwnEntry> found;
    for (const auto& [id, entry] : log_) {
      if (entry.type == "notice") found.push_back(entry);
    }
    return found;
  }
  std::optional<std::uint64_t> version() const {
    return seen_size_ == size_ ? std::optional(size_) : std::nullopt;
  }
  const std::map<std::string, OwnEntry>& seen() const { return seen_; }

  FailNext fail;
  int published = 0, withdrawn = 0;

 private:
  std::map<std::string, OwnEntry> log_, seen_;
  std::uint64_t size_ = 0, seen_size_ = 0;
  int notices_ = 0;
};

class LinkCheckerTest : public testing::Test {
 protected:
  LinkCheckerTest() { start(); }
  /// As after a restart; what was in memory is lost.
  void start() {
    book_.reset();
    auto book = open_link_book((folder_.path() / "links.db").string());
    ASSERT_TRUE(book) << book.error().detail;
    book_ = std::make_unique<FailingBook>(*std::move(book));
    LinkPorts ports;
    ports.book = book_.get();
    ports.ask = [this](const std::string& url, const std::stop_token&) {
      asked_.emplace_back(now_, url);
      const auto found = network_.find(url);
      return found == network_.end() ? LinkAnswer{} : found->second;
    };
    ports.version = [this]() -> Result<std::optional<std::uint64_t>> { return town_.version(); };
    ports.own_entries = [this](const std::function<Status(const OwnEntry&)>& visit) -> Status {
      for (const auto& [id, entry] : town_.seen()) {
        if (auto visited = visit(entry); !visited) return visited;
      }
      return ok();
    };
    ports.body_of = [this](const std::string& id) -> Result<std::string> {
      const auto found = town_.seen().find(id);
      if (found == town_.seen().end()) return Error{ErrorCode::kNotFound, "not here"};
      return found->second.body;
    };
    ports.publish = [this](const std::optional<std::string>& id, const std::string& body) {
      return town_.publish(id, body);
    };
    ports.withdraw = [this](const std::string& id) { return town_.withdraw(id); };
    ports.now = [this] { return now_; };
    ports.origin = kOrigin;
    checker_ = std::make_unique<LinkChecker>(std::move(ports), CheckerOptions{});
  }
  /// Steps, with waits on the test's clock, until `days` have passed.
  void live(std::int64_t days) {
    const std::int64_t end = now_ + days * kDay;
    while (now_ < end) {
      town_.see();  // the catalogue follows quickly
      const auto wait = checker_->step({}).count();
      // What can be skipped is skipped, or a week would have 20,000 looks at the log.
      const auto next = book_->next_due();
      const bool idle = wait == 30 && next && (!*next || **next > now_ + 30);
      now_ = idle ? std::min(end, *next ? **next : end) : now_ + wait;
    }
  }
  std::vector<std::int64_t> times_of(const std::string& url) const {
    std::vector<std::int64_t> times;
    for (const auto& [when, asked] : asked_) {
      if (asked == url) times.push_back(when);
    }
    return times;
  }
  Json only_notice() const {
    const auto notices = town_.notices();
    EXPECT_EQ(notices.size(), 1U);
    return notices.empty() ? Json() : Json::parse(notices.front().body);
  }

  TempFolder folder_;
  std::int64_t now_ = 1'760'000'000;
  std::map<std::string, LinkAnswer> network_;
  std::vector<std::pair<std::int64_t, std::string>> asked_;
  Town town_;
  std::unique_ptr<FailingBook> book_;
  std::unique_ptr<LinkChecker> checker_;
};

TEST_F(LinkCheckerTest, EachAddressIsAskedOnceAWeekAndAHostWithPauses) {
  std::vector<std::string> urls;
  for (int i = 0; i < 20; ++i) urls.push_back("https://a.example/" + std::to_string(i));
  town_.put("entry", urls);
  town_.put("other", {"https://a.example/0", "https://b.example/"});
  for (const auto& url : urls) network_[url] = kOk;
  network_["https://b.example/"] = kOk;
  live(21);
  for (const auto& url : urls) {
    const auto times = times_of(url);
    ASSERT_EQ(times.size(), 3U) << url;
    EXPECT_GE(times[1] - times[0], 7 * kDay);
    EXPECT_GE(times[2] - times[1], 7 * kDay);
  }
  std::int64_t before = 0;
  for (const auto& [when, url] : asked_) {
    if (host_of_link(url) != "a.example") continue;
    EXPECT_GE(when - before, 10);
    before = when;
  }
  EXPECT_TRUE(town_.notices().empty());
  const auto report = checker_->report();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->counts.links, 21U);
  EXPECT_EQ(report->counts.checked, 21U);
  EXPECT_EQ(report->counts.dead, 0U);
  EXPECT_GE(report->counts.last_checked, now_ - 8 * kDay);
}

TEST_F(LinkCheckerTest, ADeadLinkGetsOneNoticeAndItsReturnEndsIt) {
  town_.put("entry", {"https://a.example/gone", "https://a.example/here"});
  network_ = {{"https://a.example/gone", kNotThere}, {"https://a.example/here", kOk}};
  live(13);
  EXPECT_TRUE(town_.notices().empty()) << "failed twice";
  live(60);
  const Json notice = only_notice();
  EXPECT_EQ(town_.published, 1);
  EXPECT_EQ(notice["about"]["id"], "entry");
  EXPECT_EQ(notice["findings"], Json({{{"url", "https://a.example/gone"}, {"status", 404}}}));
  EXPECT_EQ(checker_->report()->notices, 1U);
  network_["https://a.example/gone"] = kOk;
  live(8);
  EXPECT_TRUE(town_.notices().empty());
  EXPECT_EQ(town_.withdrawn, 1);
  network_["https://a.example/gone"] = kNotThere;
  live(25);
  EXPECT_EQ(town_.notices().size(), 1U) << "dead once more: a notice of its own";
  EXPECT_EQ(town_.published, 2);
}

TEST_F(LinkCheckerTest, TheNoticeFollowsTheEntry) {
  town_.put("entry", {"https://a.example/1", "https://b.example/2"});
  network_ = {{"https://a.example/1", kNotThere}, {"https://b.example/2", kNotThere}};
  live(20);
  EXPECT_EQ(only_notice()["findings"].size(), 2U);
  const int published = town_.published;
  town_.put("entry", {"https://b.example/2"});
  live(1);
  EXPECT_EQ(only_notice()["findings"].size(), 1U) << "revised";
  EXPECT_EQ(town_.published, published + 1);
  town_.put("entry", {"https://b.example/3"});
  network_["https://b.example/3"] = kOk;
  live(1);
  EXPECT_TRUE(town_.notices().empty());
}

TEST_F(LinkCheckerTest, AnEntryThatGoesTakesItsNoticeAlong) {
  town_.put("entry", {"https://a.example/1"});
  network_ = {{"https://a.example/1", kNotThere}};
  live(20);
  EXPECT_EQ(town_.notices().size(), 1U);
  town_.remove("entry");
  live(1);
  EXPECT_TRUE(town_.notices().empty());
  EXPECT_EQ(checker_->report()->counts.links, 0U) << "nothing of it is remembered";
}

TEST_F(LinkCheckerTest, ANetworkThatIsGoneKillsNothing) {
  town_.put("entry", {"https://a.example/1", "https://b.example/2"});
  live(40);
  EXPECT_TRUE(town_.notices().empty()) << "nobody answers: that says nothing of the links";
  network_["https://b.example/2"] = kOk;
  live(30);
  EXPECT_EQ(only_notice()["findings"][0]["url"], "https://a.example/1");
  EXPECT_EQ(only_notice()["findings"][0]["status"], 0);
}

TEST_F(LinkCheckerTest, WhatIsPrivateOrUnclearIsNeverToldDead) {
  town_.put("entry", {"http://10.0.0.1/", "https://b.example/login"});
  network_ = {{"http://10.0.0.1/", {LinkFinding::kRefused, 0}},
              {"https://b.example/login", {LinkFinding::kUnclear, 403}}};
  live(60);
  EXPECT_TRUE(town_.notices().empty());
}

TEST_F(LinkCheckerTest, AStartAnewRemembersAndRepeatsNothing) {
  town_.put("entry", {"https://a.example/1", "https://b.example/2"});
  network_ = {{"https://a.example/1", kNotThere}, {"https://b.example/2", kOk}};
  for (int week = 0; week < 6; ++week) {
    live(7);
    start();
  }
  live(1);
  EXPECT_EQ(town_.published, 1);
  EXPECT_EQ(times_of("https://b.example/2").size(), 7U);
}

TEST_F(LinkCheckerTest, WithItsMemoryLostANoticeStandsUntilTheLinkWasAskedAgain) {
  town_.put("entry", {"https://a.example/1"});
  network_ = {{"https://a.example/1", kNotThere}};
  live(20);
  EXPECT_EQ(town_.notices().size(), 1U);
  book_.reset();
  ASSERT_TRUE(remove_link_book((folder_.path() / "links.db").string()));
  start();
  live(1);
  EXPECT_EQ(town_.withdrawn, 0);
  live(20);
  EXPECT_EQ(town_.notices().size(), 1U);
  network_["https://a.example/1"] = kOk;
  live(8);
  EXPECT_TRUE(town_.notices().empty());
}

TEST_F(LinkCheckerTest, WhatAPersonWroteIsLeftAlone) {
  const Json body = {{"kind", "dead-link"},
                     {"about", {{"origin", kOrigin}, {"id", "entry"}}},
                     {"findings", {{{"url", "https://a.example/1"}}}},
                     {"keywords", {"주차"}}};
  ASSERT_TRUE(town_.publish(std::nullopt, body.dump()));
  town_.put("entry", {"https://a.example/1"});
  network_["https://a.example/1"] = kOk;
  live(20);
  EXPECT_EQ(town_.notices().size(), 1U);
  EXPECT_EQ(town_.withdrawn, 0);
}

/// Whatever write fails, and however: in the end there is one notice, and none after the return.
class LinkFailureTest : public LinkCheckerTest,
                        public testing::WithParamInterface<std::tuple<Failure, int, bool>> {};

TEST_P(LinkFailureTest, OneNoticeInTheEnd) {
  const auto [failure, skipped, restart] = GetParam();
  book_->fail.arm(failure, skipped);
  town_.put("entry", {"https://a.example/1", "https://b.example/2"});
  network_ = {{"https://a.example/1", kNotThere}, {"https://b.example/2", kOk}};
  live(10);
  EXPECT_FALSE(book_->fail.armed());
  if (restart) start();
  town_.fail.arm(failure);
  live(30);
  EXPECT_FALSE(town_.fail.armed());
  if (restart) start();
  live(1);
  EXPECT_EQ(town_.notices().size(), 1U);
  EXPECT_EQ(town_.published, 1) << "an unanswered write that was kept is found, not repeated";
  network_["https://a.example/1"] = kOk;
  town_.fail.arm(failure);
  live(10);
  if (restart) start();
  live(1);
  EXPECT_TRUE(town_.notices().empty());
  EXPECT_EQ(town_.withdrawn, 1);
  EXPECT_FALSE(checker_->report()->last_error);
}

TEST_P(LinkFailureTest, TheAnswerThatMakesALinkDeadIsNotLost) {
  const auto [failure, skipped, restart] = GetParam();
  town_.put("entry", {"https://a.example/1", "https://b.example/2"});
  network_ = {{"https://a.example/1", kNotThere}, {"https://b.example/2", kOk}};
  live(13);
  book_->fail.arm(failure, skipped);  // of the third answers, and of what follows
  live(3);
  if (restart) start();
  live(7);
  EXPECT_EQ(town_.notices().size(), 1U);
  EXPECT_EQ(town_.published, 1);
}

INSTANTIATE_TEST_SUITE_P(Writes, LinkFailureTest,
                         testing::Combine(testing::Values(Failure::kBeforeWrite,
                                                          Failure::kAfterWrite),
                                          testing::Range(0, 5), testing::Bool()));

}  // namespace
}  // namespace dure::node
