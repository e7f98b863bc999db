// SPDX-License-Identifier: Apache-2.0
// The operational log: one structured line per event on stderr. No secrets, no addresses, no names
// of people.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/error.h"
#include "settings/settings.h"

namespace dure::node {

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

/// Threads: any.
class Log {
 public:
  explicit Log(const Settings& settings);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view event, const LogFields& fields = {}) const;
  void info(std::string_view event, const LogFields& fields = {}) const;
  void warning(std::string_view event, const LogFields& fields = {}) const;
  void error(std::string_view event, const LogFields& fields = {}) const;
  bool shows_debug() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The fields that describe an error.
LogFields error_fields(const Error& error);

}  // namespace dure::node
