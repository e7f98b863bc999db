// SPDX-License-Identifier: Apache-2.0
// The console over a store in memory, asked as a browser asks it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "http/routes/console_routes.h"
#include "support/memory_console.h"
#include "support/memory_inbox.h"

namespace dure::node::http {

inline constexpr char kPassword[] = "두레 하나 둘 셋 넷";
inline constexpr char kKnownId[] = "aaaaaaaaaaaaaaaaaaaaaaaaaa";  // of a record of the own log
inline constexpr char kBody[] =
    R"({"department":{"ko":"교통과"},"title":{"ko":"골목 <b>주차</b>"},"summary":{"ko":"요약"}})";

class ConsoleRoutesTest : public testing::Test {
 protected:
  ConsoleRoutesTest() { build("http://127.0.0.1"); }
  void build(const std::string& url) {
    router_ = Router();
    ConsolePorts ports;
    ports.own.name = "안동시";
    ports.own.origin = "andong.example/dure/1";
    ports.own.url = url;
    ports.own.region = "47170";
    ports.accounts = &accounts_;
    ports.drafts = &drafts_;
    ports.sessions = &sessions_;
    ports.store = &store_;
    ports.types = {"practice", "service"};
    ports.view = [](const Draft& draft, Language language) {
      const bool asks = draft.is_request();
      return make_entry_view(asks ? "practice" : draft.type, asks ? kBody : draft.body, language,
                             [](std::string_view, Language) { return std::string(); });
    };
    ports.search = [this](const SearchRequest& asked) -> Result<SearchAnswer> {
      if (search_fails_) return Error{ErrorCode::kStorage, "no"};
      SearchAnswer answer;
      for (const CatalogueItem& item : offered_) {
        SearchHit hit;
        hit.item = item;
        if (item.type == asked.type) answer.page.hits.push_back(std::move(hit));
      }
      return answer;
    };
    ports.claims = [this](std::string_view id) -> Result<std::vector<CatalogueItem>> {
      std::vector<CatalogueItem> found;
      for (const CatalogueItem& item : offered_) {
        if (item.id == id) found.push_back(item);
      }
      if (found.empty()) return Error{ErrorCode::kNotFound, "no such record"};
      return found;
    };
    ports.record = [this](std::string_view id, std::string_view origin) {
      return offered_record(id, origin);
    };
    ports.publisher = [](std::string_view) { return std::string("수원시 <i>"); };
    if (has_inbox_) {
      ports.inbox = &inbox_;
      ports.desk = std::make_shared<const InboxDesk>(desk_ports());
    }
    ports.now = [this] { return now_; };
    ports.erasures = [this]() -> Result<std::vector<ErasureRow>> {
      if (search_fails_) return Error{ErrorCode::kStorage, "no"};
      return erasures_;
    };
    ports.examine = [this](bool thorough) -> Result<Findings> {
      examined_.push_back(thorough);
      if (const auto during = during_examination_) during();
      if (examination_fails_) return Error{ErrorCode::kStorage, "no"};
      return findings_;
    };
    ports.peers = [this]() -> Result<std::vector<PeerCondition>> { return peers_; };
    ports.outstanding_receipts = [this] { return receipts_; };
    ports.clock = [] { return std::chrono::steady_clock::time_point(); };
    add_console_routes(router_, std::move(ports));
  }
  Result<RecordView> offered_record(std::string_view id, std::string_view origin) const {
    for (const CatalogueItem& item : offered_) {
      if (item.id != id || item.origin != origin) continue;
      RecordView view;
      view.item = item;
      view.leaf.type = item.type;
      view.body = offered_body_;
      return view;
    }
    return Error{ErrorCode::kNotFound, "no such record"};
  }
  InboxDeskPorts desk_ports() {
    InboxDeskPorts ports;
    ports.inbox = &inbox_;
    ports.find_by_source = [this](std::string_view source) -> Result<std::optional<std::string>> {
      return by_source_.contains(std::string(source)) ? std::optional(std::string("record"))
                                                      : std::nullopt;
    };
    ports.publish = [this](const Submission& submission) { return publish(submission); };
    return ports;
  }
  Result<Receipt> publish(const Submission& submission) {
    published_.push_back(submission);
    if (!submission.source.empty()) by_source_.insert(submission.source);
    Receipt receipt;
    receipt.id = "record";
    receipt.rev = 1;
    return receipt;
  }
  DraftsPorts drafts_ports() {
    DraftsPorts ports;
    ports.store = &store_;
    ports.now = [this] { return now_; };
    ports.check = [](std::string_view type, std::string_view body) {
      std::vector<EntryFault> faults;
      if (type == kWithdrawal && body == R"({"reason":""})")
        faults.push_back({FaultSeverity::kError, "/reason", "", "schema.fault.missing"});
      return faults;
    };
    ports.record = [](std::string_view) -> Result<PresentRecord> {
      return PresentRecord{"practice", 1, kBody};
    };
    ports.standing = [](std::string_view id) -> Result<StandingRecord> {
      if (id != kKnownId) return Error{ErrorCode::kNotFound, "no such record"};
      return StandingRecord{
          1, /*withdrawn=*/false, /*readable=*/true, /*erased=*/false, {"골목 <b>주차</b>"}};
    };
    ports.erase = [this](const ErasureWish& wish) -> Status {
      erased_.push_back(wish);
      return ok();
    };
    ports.publish = [this](Submission submission) {
      return InboxDesk(desk_ports()).publish(std::move(submission));
    };
    ports.log_size = [] { return std::uint64_t{0}; };
    ports.entry = [](std::uint64_t) -> Result<LogEntry> { return LogEntry(); };
    ports.alone = [this] { return accounts_.alone(); };
    return ports;
  }

  void add(const std::string& name, const std::string& roles) {
    const auto code = accounts_.invite("-", name, *parse_roles(roles));
    ASSERT_TRUE(accounts_.set_up(*code, kPassword));
  }
  /// Signs in and remembers the cookie.
  void sign_in(const std::string& name) {
    const auto token = accounts_.sign_in(name, kPassword);
    ASSERT_TRUE(token);
    cookie_ = "dure-console=" + *token;
    form_token_ = sessions_.find(*token)->form_token;
  }
  void sign_out() { cookie_.clear(), form_token_.clear(); }
  Request request(const std::string& method, const std::string& path) const {
    Request request;
    request.method = method;
    request.path = path;
    request.client = "127.0.0.1";
    request.headers = {{"host", "node.example"}, {"accept-language", "ko"}};
    if (!cookie_.empty()) request.headers.emplace_back("cookie", "x=1; " + cookie_);
    return request;
  }
  Response get(const std::string& path,
               std::vector<std::pair<std::string, std::string>> query = {}) {
    Request asked = request("GET", path);
    asked.query = std::move(query);
    return router_.handle(asked);
  }
  Response post(const std::string& path, FormFields fields, bool with_token = true) {
    if (with_token) fields.emplace_back("form_token", form_token_);
    Request asked = request("POST", path);
    asked.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    asked.body = format_form(fields);
    return router_.handle(asked);
  }
  static std::string header(const Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  /// A draft of `author` that waits for review.
  Draft waiting_draft(const std::string& author = "kim") {
    auto draft = drafts_.begin(author, "practice", kBody);
    draft = drafts_.submit(author, draft->number, draft->version);
    EXPECT_TRUE(draft);
    return *draft;
  }

  std::int64_t now_ = 1'780'000'000;
  MemoryConsole store_;
  PasswordHasher hasher_{{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN}};
  Sessions sessions_{[this] { return now_; },
                     [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }};
  Accounts accounts_{
      {&store_, &hasher_, &sessions_, [this] { return now_; },
       [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }}};
  static void random(std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); }
  MemoryInbox messages_;
  Inbox inbox_{{&messages_, [this] { return now_; }, &ConsoleRoutesTest::random, 180}};
  bool has_inbox_ = true;
  std::set<std::string> by_source_;
  Drafts drafts_{drafts_ports()};
  std::vector<Submission> published_;
  bool search_fails_ = false, examination_fails_ = false;
  Findings findings_;
  std::vector<PeerCondition> peers_;
  std::uint64_t receipts_ = 0;
  std::vector<bool> examined_;  // thoroughly?
  std::function<void()> during_examination_;
  std::vector<ErasureWish> erased_;
  std::vector<ErasureRow> erasures_;
  std::vector<CatalogueItem> offered_;  // what the catalogue holds
  std::optional<std::string> offered_body_ = kBody;
  Router router_;
  std::string cookie_, form_token_;
};

}  // namespace dure::node::http
