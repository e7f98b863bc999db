// SPDX-License-Identifier: Apache-2.0
// A town with its log, and neighbours who witness and mirror it as told; a clock of our own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "federation-protocol/charter_fixture.h"
#include "support/growing_log.h"
#include "support/memory_finality.h"
#include "support/memory_witnessed_heads.h"
#include "witnessing/cosigning.h"
#include "witnessing/witness.h"

namespace dure::node {

inline constexpr std::int64_t kStart = 1'800'000'000;

/// One member that is asked: a real witness, and a mirror that says what it is told to.
class Neighbour {
 public:
  Neighbour(int number, const GrowingLog& log, std::function<std::int64_t()> now)
      : member(testing::town(number)), log_(log), now_(std::move(now)) {
    const auto seed = static_cast<std::uint8_t>(4 * number);
    witness_signer_ = testing::signer(member.id + "/witness", KeyType::kCosignatureV1,
                                      static_cast<std::uint8_t>(seed + 1));
    mirror_signer_ = testing::signer(member.id + "/mirror", KeyType::kCosignatureV1,
                                     static_cast<std::uint8_t>(seed + 2));
    begin_anew();
  }

  /// Forgets what it has cosigned, as after a loss.
  void begin_anew() {
    heads_ = std::make_unique<MemoryWitnessedHeads>();
    witness = std::move(*Witness::open({heads_.get(), witness_signer_.get(), now_}));
    witness->set_logs({{log_.origin(), {log_.key()}}});
  }
  /// Says that it holds the log's first `size` entries.
  void mirror(std::uint64_t size) { mirrored = cosigned(log_.sign(log_.head(size))); }
  std::string cosigned(Note note) const {
    note.signatures.push_back(
        *cosign(note.text, *mirror_signer_, static_cast<std::uint64_t>(now_())));
    return format_note(note);
  }

  Result<FetchResponse> answer(const FetchRequest& request) {
    ++asked;
    if (down) return Error{ErrorCode::kUnavailable, "no connection"};
    FetchResponse response;
    if (request.post) {
      posted.push_back(*request.post);
      if (instead) return instead(request);
      auto outcome = witness->add_checkpoint(*request.post);
      if (!outcome) return refusal(outcome.error());
      response.conflict = outcome->signature_line.empty();
      response.body = response.conflict ? std::to_string(outcome->size) + "\n"
                                        : std::move(outcome->signature_line);
      if (tamper) tamper(response.body);
      return response;
    }
    if (request.path.starts_with("/mirror/")) {
      ++looked;
      if (mirrored.empty()) return Error{ErrorCode::kNotFound, "HTTP 404"};
      response.body = mirrored;
      return response;
    }
    auto note = shown.empty() ? witness->checkpoint(origin_hash(log_.origin()))
                              : Result<std::string>(shown);
    if (!note) return std::move(note).error();
    response.body = *std::move(note);
    return response;
  }

  CharterMember member;
  std::unique_ptr<Witness> witness;
  std::string mirrored;  // what its /mirror/…/checkpoint serves
  std::string shown;     // what its /witness/…/checkpoint serves; empty: what it cosigned
  bool down = false;
  int asked = 0, looked = 0;
  std::vector<std::string> posted;
  std::function<Result<FetchResponse>(const FetchRequest&)> instead;  // of the witness
  std::function<void(std::string&)> tamper;                           // with its 200 or 409

 private:
  static Error refusal(const Error& error) {
    return {error.code == ErrorCode::kNotFound ? ErrorCode::kNotFound : ErrorCode::kRefused,
            "HTTP 4xx: " + error.detail};
  }

  const GrowingLog& log_;
  std::function<std::int64_t()> now_;
  std::unique_ptr<Signer> witness_signer_, mirror_signer_;
  std::unique_ptr<MemoryWitnessedHeads> heads_;
};

class CosigningFixture : public ::testing::Test {
 protected:
  CosigningFixture() {
    log_.grow(40);
    charter_.members = {testing::town(1)};
    for (int i = 2; i <= 5; ++i) add_neighbour(i);  // four voices: quorum three
    open();
  }
  void add_neighbour(int number) {
    auto made = std::make_unique<Neighbour>(number, log_, [this] { return now_; });
    charter_.members.push_back(made->member);
    neighbours_[made->member.url] = std::move(made);
  }
  void open() {
    CosigningPorts ports;
    ports.origin = log_.origin();
    ports.keys = {log_.key()};
    ports.heads = &stored_;
    ports.open = [this](const std::string& url) -> Result<std::unique_ptr<Source>> {
      const auto found = neighbours_.find(url);
      if (found == neighbours_.end()) return Error{ErrorCode::kUnavailable, "no such host"};
      return std::unique_ptr<Source>(std::make_unique<Line>(*found->second));
    };
    ports.node = [this](unsigned level, std::uint64_t index) { return log_.node(level, index); };
    ports.now = [this] { return now_; };
    ports.clock = [this] { return clock_; };
    ports.random = [] { return std::uint64_t{0}; };
    ports.stopped = [this] { return stopped_; };
    ports.on_shown = [this](const std::string& url, const std::string& note) {
      shown_.emplace_back(url, note);
    };
    ports.on_final = [this](std::uint64_t size) { finals_.push_back(size); };
    cosigning_ = std::move(*Cosigning::open(std::move(ports), options_));
    cosigning_->follow(charter_);
  }
  Neighbour& neighbour(int number) { return *neighbours_.at(testing::town(number).url); }
  void sign(std::uint64_t size) {
    cosigning_->head_signed({log_.head(size), log_.sign(log_.head(size))});
  }
  /// Asks everybody who is due now, and only now.
  int ask_around() {
    int asked = 0;
    for (; asked < 100; ++asked) {
      const auto member = cosigning_->take();
      if (!member) return asked;
      cosigning_->ask(*member);
    }
    return asked;
  }
  void pass(std::chrono::milliseconds time) {
    clock_ += time;
    milliseconds_ += time;
    now_ = kStart + std::chrono::duration_cast<std::chrono::seconds>(milliseconds_).count();
  }
  CosignerStatus status(int number) const {
    for (const auto& one : cosigning_->report().cosigners) {
      if (one.member == testing::town(number).id) return one;
    }
    return {};
  }
  std::string error_text(int number) const {
    const auto one = status(number);
    return one.error ? one.error->text : "";
  }
  ErrorCode error_code(int number) const {
    const auto one = status(number);
    return one.error ? one.error->code : ErrorCode::kInternal;
  }

  struct Line final : Source {
    explicit Line(Neighbour& end) : end_(end) {}
    Result<FetchResponse> fetch(const FetchRequest& request) override {
      return end_.answer(request);
    }
    Neighbour& end_;
  };

  static constexpr std::chrono::milliseconds kSoon{100};
  GrowingLog log_{"t1.example/dure/1", 4};  // the key that town(1) has
  Charter charter_ = testing::founding_charter();
  std::map<std::string, std::unique_ptr<Neighbour>> neighbours_;  // by URL
  MemoryFinality stored_;
  CosigningOptions options_;
  std::int64_t now_ = kStart;
  std::chrono::steady_clock::time_point clock_{std::chrono::hours{1}};
  std::chrono::milliseconds milliseconds_{0};
  bool stopped_ = false;
  std::vector<std::pair<std::string, std::string>> shown_;
  std::vector<std::uint64_t> finals_;
  std::unique_ptr<Cosigning> cosigning_;
};

}  // namespace dure::node
