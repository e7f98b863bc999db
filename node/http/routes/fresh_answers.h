// SPDX-License-Identifier: Apache-2.0
// Answers made from what is stored, kept until something is stored.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/message.h"

namespace dure::node::http {

/// What the answer to a GET depends on besides what is stored.
std::string answer_key(const Request& request);

struct FreshAnswerOptions {
  /// Changes with every commit that an answer could depend on. Empty: nothing is kept.
  std::function<std::uint64_t()> version;
  std::size_t capacity_bytes = 8 << 20;
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
};

/// All answers belong to one version; the first question after a change forgets them. So does one
/// after a second, for what answers hold besides the stored (names of governments, which may be a
/// second old themselves). Threads: any.
class FreshAnswers {
 public:
  using Make = std::function<Response()>;

  explicit FreshAnswers(FreshAnswerOptions options) : options_(std::move(options)) {}

  /// The answer that `key` stands for, made by `make` unless it is here. Only 200 is kept.
  Response get(const std::string& key, const Make& make);
  std::size_t bytes() const;

 private:
  std::optional<Response> find(const std::string& key, std::uint64_t version);
  void put(const std::string& key, std::uint64_t version, const Response& response);
  void forget(std::uint64_t version);

  const FreshAnswerOptions options_;
  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t version_ = 0;
  std::chrono::steady_clock::time_point since_{};
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Response> answers_;
};

}  // namespace dure::node::http
