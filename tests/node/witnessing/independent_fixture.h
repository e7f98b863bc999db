// SPDX-License-Identifier: Apache-2.0
// Witnesses at addresses of their own beside a town and its charter; a clock of our own.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dure/policy.h"
#include "node/witnessing/cosigning_fixture.h"
#include "witnessing/independent_witnesses.h"

namespace dure::node {

/// A real witness at an address of its own, which may be made to say other things.
struct Independent {
  Independent(int number, const GrowingLog& log, std::function<std::int64_t()> now)
      : name("w" + std::to_string(number)),
        url("https://" + name + ".example/some/where"),
        signer(testing::signer(name + ".example", KeyType::kCosignatureV1,
                               static_cast<std::uint8_t>(100 + number))),
        log_(log),
        now_(std::move(now)) {
    begin_anew();
  }
  void begin_anew() {
    heads_ = std::make_unique<MemoryWitnessedHeads>();
    witness = std::move(*Witness::open({heads_.get(), signer.get(), now_}));
    witness->set_logs({{log_.origin(), {log_.key()}}});
  }
  Result<FetchResponse> answer(const FetchRequest& request) {
    ++asked;
    if (fails) return *fails;
    FetchResponse response;
    if (!request.post) {
      EXPECT_EQ(request.path, "/" + origin_hash(log_.origin()) + "/checkpoint");
      response.body = shown;
      return response;
    }
    EXPECT_EQ(request.path, "/add-checkpoint");
    posted.push_back(*request.post);
    auto outcome = witness->add_checkpoint(*request.post);
    if (!outcome) return Error{ErrorCode::kRefused, "HTTP 4xx"};
    response.conflict = outcome->signature_line.empty();
    response.body =
        response.conflict ? std::to_string(outcome->size) + "\n" : outcome->signature_line;
    if (tamper) tamper(response);
    return response;
  }

  std::string name, url;
  std::unique_ptr<Signer> signer;
  std::unique_ptr<Witness> witness;
  std::optional<Error> fails;
  std::string shown;
  std::function<void(FetchResponse&)> tamper;
  int asked = 0;
  std::vector<std::string> posted;

 private:
  const GrowingLog& log_;
  std::function<std::int64_t()> now_;
  std::unique_ptr<MemoryWitnessedHeads> heads_;
};

class IndependentWitnessesTest : public CosigningFixture {
 protected:
  IndependentWitnessesTest() {
    for (int i = 0; i < 3; ++i)
      others_.push_back(std::make_unique<Independent>(i, log_, [this] { return now_; }));
    begin();
  }
  void begin() {
    std::vector<IndependentWitness> witnesses;
    for (const auto& other : others_)
      witnesses.push_back({other->name, other->signer->verifier(), other->url});
    IndependentPorts ports;
    ports.origin = log_.origin();
    ports.keys = {log_.key()};
    ports.heads = &stored_;
    ports.open = [this](const std::string& url) -> Result<std::unique_ptr<Source>> {
      for (const auto& other : others_) {
        if (other->url == url) return std::unique_ptr<Source>(std::make_unique<Wire>(*other));
      }
      return Error{ErrorCode::kUnavailable, "no such host"};
    };
    ports.node = [this](unsigned level, std::uint64_t index) { return log_.node(level, index); };
    ports.head = [this](std::uint64_t least) { return cosigning_->head_beside(least); };
    ports.newest_size = [this] { return cosigning_->newest_size(); };
    ports.with_cosignatures = [this](std::string note) {
      return cosigning_->with_cosignatures(std::move(note));
    };
    ports.now = [this] { return now_; };
    ports.clock = [this] { return clock_; };
    ports.random = [] { return std::uint64_t{0}; };
    ports.stopped = [this] { return stopped_; };
    ports.on_shown = [this](const std::string& url, const std::string& note) {
      shown_.emplace_back(url, note);
    };
    independent_ = std::move(*IndependentWitnesses::open(std::move(witnesses), std::move(ports)));
  }
  /// Nobody else in the charter: what is signed is asked about at once.
  void alone() {
    charter_.members.resize(1);
    cosigning_->follow(charter_);
  }
  int ask_them() {
    int asked = 0;
    for (; asked < 100; ++asked) {
      const auto which = independent_->take();
      if (!which) return asked;
      independent_->ask(*which);
    }
    return asked;
  }
  /// As many of them as `quorum` says, and the log's key.
  Policy policy(const std::string& quorum) const {
    std::string text = "log " + log_.key().format() + "\n", members;
    for (const auto& other : others_) {
      text += "witness " + other->name + " " + other->signer->verifier().format() + "\n";
      members += " " + other->name;
    }
    return *parse_policy(text + "group g " + quorum + members + "\nquorum g\n");
  }
  bool satisfies(const std::string& quorum) const {
    const auto note = independent_->note();
    return note && verify_checkpoint(*note, policy(quorum)).has_value();
  }
  std::uint64_t cosigned_size() const {
    const auto note = independent_->note();
    return note ? parse_checkpoint(parse_note(*note)->text)->size : 0;
  }
  std::string why(int which) const {
    const auto error = independent_->report()[static_cast<std::size_t>(which)].error;
    return error ? error->text.empty() ? error->detail : error->text : "";
  }
  Independent& other(int which) { return *others_[static_cast<std::size_t>(which)]; }

  struct Wire final : Source {
    explicit Wire(Independent& end) : end_(end) {}
    Result<FetchResponse> fetch(const FetchRequest& request) override {
      return end_.answer(request);
    }
    Independent& end_;
  };
  std::vector<std::unique_ptr<Independent>> others_;
  std::unique_ptr<IndependentWitnesses> independent_;
};

}  // namespace dure::node
