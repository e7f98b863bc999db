// SPDX-License-Identifier: Apache-2.0
// The form and the receipt as answers to requests, over a store that can fail.
#include "http/routes/inbox_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "http/form.h"
#include "support/memory_inbox.h"

namespace dure::node::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kOwn[] = "mfrggzdfmztwq2lkmfrggzdfmy", kOther[] = "nfrggzdfmztwq2lkmfrggzdfmy";

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class InboxPagesTest : public testing::Test {
 protected:
  InboxPagesTest() : inbox_(inbox_ports()) {
    InboxPagePorts ports;
    ports.inbox = &inbox_;
    ports.own.name = "수원시";
    ports.own.origin = "suwon.go.kr/dure/1";
    ports.claims = [](std::string_view id) -> Result<std::vector<CatalogueItem>> {
      CatalogueItem item;
      item.id = id;
      item.title = "방문 <건강>관리";
      item.origin = id == kOwn ? "suwon.go.kr/dure/1" : "anyang.go.kr/dure/1";
      if (id != kOwn && id != kOther) return std::vector<CatalogueItem>();
      return std::vector{item};
    };
    ports.clock = [this] { return clock_; };
    add_inbox_pages(router_, std::move(ports));
  }

  InboxPorts inbox_ports() {
    InboxPorts ports;
    ports.store = &store_;
    ports.now = [this] { return now_; };
    ports.random = [this](std::span<std::uint8_t> out) {
      std::fill(out.begin(), out.end(), static_cast<std::uint8_t>(++drawn_));
    };
    return ports;
  }
  Response get(std::string path, std::vector<std::pair<std::string, std::string>> query = {}) {
    Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    return router_.handle(request);
  }
  /// A form whose question is answered rightly.
  FormFields filled(const std::string& text) {
    const auto asked = inbox_.questions().ask();
    return {{"kind", "need"},
            {"text", text},
            {"token", asked.token},
            {"answer", std::to_string(asked.question.answer())}};
  }
  static void put(FormFields& fields, const std::string& name, const std::string& value) {
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
  }
  Response post(const std::string& body) {
    Request request;
    request.method = "POST";
    request.path = "/tell";
    request.headers = {{"content-type", "application/x-www-form-urlencoded"},
                       {"accept-language", "en"}};
    request.body = body;
    request.client = client_;
    return router_.handle(request);
  }
  Response post(const FormFields& fields) { return post(format_form(fields)); }
  std::size_t kept() { return store_.messages(true)->size(); }

  MemoryInbox store_;
  std::int64_t now_ = 1'780'000'000;
  std::chrono::steady_clock::time_point clock_{};
  int drawn_ = 0;
  std::string client_ = "192.0.2.1";
  Inbox inbox_;
  Router router_;
};

TEST_F(InboxPagesTest, ShowsAFormThatNoCacheKeeps) {
  const auto page = get("/tell", {{"id", kOwn}, {"lang", "en"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(header(page, "Cache-Control"), "no-store");
  EXPECT_EQ(header(page, "X-Robots-Tag"), "noindex");
  EXPECT_EQ(header(page, "ETag"), "");
  EXPECT_THAT(*page.body, HasSubstr("방문 &lt;건강&gt;관리"));
  EXPECT_THAT(*page.body, HasSubstr(R"(value="wrong" checked)"));
  EXPECT_THAT(*page.body, Not(HasSubstr("pages.tell"))) << "a text is missing";
  EXPECT_THAT(*get("/tell").body, Not(HasSubstr("checked")));
}

TEST_F(InboxPagesTest, KeepsWhatWasToldAndShowsWhatBecameOfIt) {
  const auto sent = post(filled("밤에도 여는 <b>약국</b>이 필요합니다"));
  ASSERT_EQ(sent.status, 303);
  const auto place = header(sent, "Location");
  ASSERT_THAT(place, testing::MatchesRegex("/tell/[a-z2-7]{26}"));
  const auto waits = get(place, {{"lang", "en"}});
  EXPECT_EQ(waits.status, 200);
  EXPECT_EQ(header(waits, "Cache-Control"), "no-store");
  EXPECT_THAT(*waits.body, HasSubstr("&lt;b&gt;약국&lt;/b&gt;"));
  EXPECT_THAT(*waits.body, HasSubstr("Received, waiting for an answer"));
  ASSERT_TRUE(inbox_.answer(1, "보건소 옆 <새벽>약국"));
  EXPECT_THAT(*get(place).body, HasSubstr("보건소 옆 &lt;새벽&gt;약국"));
  EXPECT_THAT(*get(place).body, Not(HasSubstr("pages.tell")));
  EXPECT_EQ(get("/tell/" + std::string(26, 'a')).status, 404);
}

TEST_F(InboxPagesTest, SaysWhatIsWrongAndLosesNothing) {
  auto fields = filled("짧음");
  const auto short_text = post(fields);
  EXPECT_EQ(short_text.status, 422);
  EXPECT_THAT(*short_text.body, HasSubstr("Write at least 10 characters."));
  EXPECT_THAT(*short_text.body, HasSubstr(R"(href="#tell-text")"));
  EXPECT_THAT(*short_text.body, HasSubstr("짧음</textarea>"));
  EXPECT_THAT(*short_text.body, HasSubstr(fields[2].second)) << "answered rightly: asked once";
  put(fields, "text", "밤에도 여는 약국이 필요합니다");
  put(fields, "kind", "praise");
  EXPECT_THAT(*post(fields).body, HasSubstr("Choose what you want to say."));
  put(fields, "kind", "need");
  put(fields, "text", "010-1234-5678로 전화 주십시오");
  EXPECT_THAT(*post(fields).body, HasSubstr("mobile telephone number"));
  EXPECT_EQ(kept(), 0U);
}

TEST_F(InboxPagesTest, AWrongAnswerOrAnOldTokenGetsANewQuestion) {
  auto fields = filled("밤에도 여는 약국이 필요합니다");
  put(fields, "answer", "99");
  const auto wrong = post(fields);
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(*wrong.body, HasSubstr("The answer is not right."));
  EXPECT_THAT(*wrong.body, Not(HasSubstr(fields[2].second)));
  fields = filled("밤에도 여는 약국이 필요합니다");
  now_ += kQuestionSeconds + 1;
  EXPECT_THAT(*post(fields).body, HasSubstr("too old"));
  put(fields, "token", "");
  EXPECT_EQ(post(fields).status, 422);
  EXPECT_EQ(kept(), 0U);
}

TEST_F(InboxPagesTest, AWrongEntryMustBeOneOfThisTown) {
  auto fields = filled("전화번호가 다릅니다. 끝이 2115입니다");
  put(fields, "kind", "wrong");
  EXPECT_THAT(*post(fields).body, HasSubstr("Give the number or address"));
  fields.emplace_back("id", std::string("https://x.example/e/") + kOther);
  EXPECT_THAT(*post(fields).body, HasSubstr("another government"));
  put(fields, "id", "없는 것");
  EXPECT_THAT(*post(fields).body, HasSubstr("no such entry"));
  put(fields, "id", std::string("https://x.example/e/") + kOwn + "?lang=en");
  EXPECT_EQ(post(fields).status, 303);
  EXPECT_EQ(inbox_.message(1)->telling.entry, kOwn);
}

TEST_F(InboxPagesTest, ATokenTellsOnce) {
  auto fields = filled("밤에도 여는 약국이 필요합니다");
  const auto first = post(fields);
  const auto second = post(fields);
  EXPECT_EQ(header(first, "Location"), header(second, "Location")) << "a double click";
  put(fields, "text", "다른 이야기를 하나 더 보냅니다");
  EXPECT_EQ(post(fields).status, 409);
  EXPECT_EQ(kept(), 1U);
}

TEST_F(InboxPagesTest, AWriteThatFailsIsSaidAndTellingAgainKeepsItOnce) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    const auto fields = filled("실패해도 한 번만 보관합니다");
    store_.fail.arm(failure);
    const auto failed = post(fields);
    EXPECT_EQ(failed.status, 503);
    EXPECT_THAT(*failed.body, HasSubstr("not certain"));
    EXPECT_THAT(*failed.body, HasSubstr("실패해도 한 번만 보관합니다</textarea>"));
    EXPECT_EQ(post(fields).status, 303);
    EXPECT_EQ(kept(), 1U);
  }
}

TEST_F(InboxPagesTest, LimitsEachClientButNotAllTogether) {
  for (int i = 0; i < static_cast<int>(kTellingsPerHour); ++i)
    ASSERT_EQ(post(filled("되풀이해서 보내는 글 " + std::to_string(i))).status, 303) << i;
  const auto often = post(filled("되풀이해서 보내는 글 하나 더"));
  EXPECT_EQ(often.status, 429);
  EXPECT_THAT(*often.body, HasSubstr("되풀이해서 보내는 글 하나 더</textarea>"));
  client_ = "192.0.2.2";
  EXPECT_EQ(post(filled("다른 곳에서 보내는 글입니다")).status, 303);
  client_ = "192.0.2.1";
  clock_ += std::chrono::minutes(13);
  EXPECT_EQ(post(filled("되풀이해서 보내는 글 하나 더")).status, 303);
}

TEST_F(InboxPagesTest, AddressesOfOneIpv6NetworkAreOneClient) {
  for (int i = 0; i < static_cast<int>(kTriesPerHour); ++i) {
    client_ = "2001:db8::" + std::to_string(i + 1);
    ASSERT_EQ(post("kind=need").status, 422) << i;
  }
  client_ = "2001:db8::ffff";
  EXPECT_EQ(post("kind=need").status, 429);
  client_ = "2001:db8:0:1::1";
  EXPECT_EQ(post("kind=need").status, 422);
}

TEST_F(InboxPagesTest, RefusesWhatNoFormSends) {
  EXPECT_EQ(post("text=%FF").status, 400);
  EXPECT_EQ(post(std::string(kMaxTellBytes + 1, 'a')).status, 413);
  Request request;
  request.method = "POST";
  request.path = "/tell";
  EXPECT_EQ(router_.handle(request).status, 415);
  request.headers = {{"sec-fetch-site", "cross-site"}};
  EXPECT_EQ(router_.handle(request).status, 403);
}

TEST_F(InboxPagesTest, SaysWhenTooManyWait) {
  for (std::uint64_t i = 0; i < kMostWaiting; ++i) {
    const Telling telling{TellingKind::kNeed, "", "글 " + std::to_string(i)};
    ASSERT_TRUE(inbox_.tell(telling, std::to_string(i)));
  }
  const auto full = post(filled("하나만 더 받아 주십시오"));
  EXPECT_EQ(full.status, 503);
  EXPECT_THAT(*full.body, HasSubstr("Too many messages wait"));
}

}  // namespace
}  // namespace dure::node::http
