// SPDX-License-Identifier: Apache-2.0
#include "app/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <nlohmann/json.hpp>

namespace dure::node {
namespace {

spdlog::level::level_enum level_named(std::string_view name) {
  if (name == "debug") return spdlog::level::debug;
  if (name == "warning") return spdlog::level::warn;
  if (name == "error") return spdlog::level::err;
  if (name == "off") return spdlog::level::off;
  return spdlog::level::info;
}

std::string json_text(std::string_view value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \t\r\n\"=\\") != std::string_view::npos;
}

}  // namespace

class Log::Impl {
 public:
  Impl(const Settings& settings, std::shared_ptr<spdlog::sinks::sink> sink)
      : json_(settings.log_format == "json"), logger_("dure", std::move(sink)) {
    logger_.set_level(level_named(settings.log_level));
    logger_.flush_on(spdlog::level::info);
    // In JSON the message is the inner part of an object that the pattern opens and closes.
    logger_.set_formatter(std::make_unique<spdlog::pattern_formatter>(
        json_ ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
              : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
        spdlog::pattern_time_type::utc));
  }

  void write(spdlog::level::level_enum level, std::string_view event, const LogFields& fields) {
    if (!logger_.should_log(level)) return;
    std::string line = json_ ? "\"event\":" + json_text(event) : std::string(event);
    for (const auto& [name, value] : fields) {
      line += json_ ? "," + json_text(name) + ":" : " " + std::string(name) + "=";
      line += json_ || needs_quotes(value) ? json_text(value) : std::string(value);
    }
    logger_.log(level, spdlog::string_view_t(line));
  }

  bool shows(spdlog::level::level_enum level) const { return logger_.should_log(level); }

 private:
  bool json_;
  spdlog::logger logger_;
};

Log::Log(const Settings& settings)
    : impl_(std::make_unique<Impl>(settings, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}
Log::~Log() = default;

void Log::debug(std::string_view event, const LogFields& fields) const {
  impl_->write(spdlog::level::debug, event, fields);
}
void Log::info(std::string_view event, const LogFields& fields) const {
  impl_->write(spdlog::level::info, event, fields);
}
void Log::warning(std::string_view event, const LogFields& fields) const {
  impl_->write(spdlog::level::warn, event, fields);
}
void Log::error(std::string_view event, const LogFields& fields) const {
  impl_->write(spdlog::level::err, event, fields);
}
bool Log::shows_debug() const { return impl_->shows(spdlog::level::debug); }

LogFields error_fields(const Error& error) {
  return {{"error", std::string(error_name(error.code))}, {"detail", printable(error.detail, 400)}};
}

}  // namespace dure::node
