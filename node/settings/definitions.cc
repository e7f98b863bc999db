// SPDX-License-Identifier: Apache-2.0
// The table of settings: one row each.
#include <algorithm>
#include <array>
#include <cctype>

#include "backup/recipient.h"
#include "backup/schedule.h"
#include "dure/checkpoint.h"
#include "settings/settings.h"

namespace dure::node {
namespace {

bool is_listen_address(std::string_view value) {
  const auto colon = value.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = parse_decimal(value.substr(colon + 1));
  const auto host = value.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  return port && *port <= 65535 && (bracketed || host.find(':') == std::string_view::npos);
}

bool is_base_url(std::string_view value) {
  if (value.empty()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!value.starts_with(scheme)) continue;
    const auto host = value.substr(scheme.size());
    return !host.empty() && host.find_first_of("/?# \t@") == std::string_view::npos;
  }
  return false;
}

bool is_region_code(std::string_view value) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return value.empty() || ((value.size() == 5 || value.size() == 10) &&
                           std::all_of(value.begin(), value.end(), digit));
}

bool is_origin_or_empty(std::string_view value) { return value.empty() || is_origin(value); }

bool is_byte_size(std::string_view value) { return parse_byte_size(value).has_value(); }

bool is_mirror_choice(std::string_view value) {
  return value == "none" || value == "all" || is_byte_size(value);
}

bool is_absolute_or_empty(std::string_view value) {
  return value.empty() || value.starts_with('/');
}

bool is_interval(std::string_view value) { return parse_interval(value).has_value(); }

bool is_recipient_or_empty(std::string_view value) {
  return value.empty() || parse_recipient(value).has_value();
}

bool is_government_name(std::string_view value) { return is_utf8(value) && value.size() <= 255; }

const auto& table() {  // NOLINT(readability-function-size): a table, one row per setting
  using S = Settings;
  static const std::array kTable = {
      SettingDefinition{"data", "DURE_DATA", "--data", &S::data, "/var/lib/dure",
                        "cli.setting.data"},
      SettingDefinition{"node.origin",
                        "DURE_ORIGIN",
                        "--origin",
                        &S::origin,
                        "",
                        "cli.setting.origin",
                        0,
                        0,
                        {},
                        &is_origin_or_empty,
                        "errors.setting_origin"},
      SettingDefinition{"node.name",
                        "DURE_NAME",
                        "--name",
                        &S::name,
                        "",
                        "cli.setting.name",
                        0,
                        0,
                        {},
                        &is_government_name,
                        "errors.setting_name"},
      SettingDefinition{"node.region",
                        "DURE_REGION",
                        "--region",
                        &S::region,
                        "",
                        "cli.setting.region",
                        0,
                        0,
                        {},
                        &is_region_code,
                        "errors.setting_region"},
      SettingDefinition{"node.role",
                        "DURE_ROLE",
                        "--role",
                        &S::role,
                        "town",
                        "cli.setting.role",
                        0,
                        0,
                        {"town", "province", "observer"}},
      SettingDefinition{"node.url",
                        "DURE_URL",
                        "--url",
                        &S::url,
                        "",
                        "cli.setting.url",
                        0,
                        0,
                        {},
                        &is_base_url,
                        "errors.setting_url"},
      SettingDefinition{"keys.passphrase_file", "DURE_PASSPHRASE_FILE", "--passphrase-file",
                        &S::passphrase_file, "", "cli.setting.passphrase_file"},
      SettingDefinition{"keys.pkcs11_module", "DURE_PKCS11_MODULE", "--pkcs11-module",
                        &S::pkcs11_module, "", "cli.setting.pkcs11_module"},
      SettingDefinition{"keys.log", "DURE_LOG_KEY", "--log-key", &S::log_key, "",
                        "cli.setting.log_key"},
      SettingDefinition{"keys.pin_file", "DURE_PIN_FILE", "--pin-file", &S::pin_file, "",
                        "cli.setting.pin_file"},
      SettingDefinition{"server.listen",
                        "DURE_LISTEN",
                        "--listen",
                        &S::listen,
                        "127.0.0.1:8420",
                        "cli.setting.listen",
                        0,
                        0,
                        {},
                        &is_listen_address,
                        "errors.setting_listen"},
      SettingDefinition{"server.tls_certificate", "DURE_TLS_CERTIFICATE", "--tls-certificate",
                        &S::tls_certificate, "", "cli.setting.tls_certificate"},
      SettingDefinition{"server.tls_key", "DURE_TLS_KEY", "--tls-key", &S::tls_key, "",
                        "cli.setting.tls_key"},
      SettingDefinition{"server.trusted_proxies", "DURE_TRUSTED_PROXIES", "--trusted-proxies",
                        &S::trusted_proxies, "", "cli.setting.trusted_proxies"},
      SettingDefinition{"server.workers", "DURE_WORKERS", "--workers", &S::workers, "0",
                        "cli.setting.workers", 0, 256},
      SettingDefinition{"server.rate_limit", "DURE_RATE_LIMIT", "--rate-limit", &S::rate_limit,
                        "200", "cli.setting.rate_limit", 0, 1'000'000},
      SettingDefinition{"server.rate_burst", "DURE_RATE_BURST", "--rate-burst", &S::rate_burst,
                        "2000", "cli.setting.rate_burst", 1, 1'000'000},
      SettingDefinition{"server.max_connections", "DURE_MAX_CONNECTIONS", "--max-connections",
                        &S::max_connections, "8192", "cli.setting.max_connections", 8, 1'000'000},
      SettingDefinition{"server.max_connections_per_client", "DURE_MAX_CONNECTIONS_PER_CLIENT",
                        "--max-connections-per-client", &S::max_connections_per_client, "2048",
                        "cli.setting.max_connections_per_client", 1, 1'000'000},
      SettingDefinition{"server.head_deadline", "DURE_HEAD_DEADLINE", "--head-deadline",
                        &S::head_deadline, "10", "cli.setting.head_deadline", 1, 600},
      SettingDefinition{"server.body_deadline", "DURE_BODY_DEADLINE", "--body-deadline",
                        &S::body_deadline, "30", "cli.setting.body_deadline", 1, 3600},
      SettingDefinition{"server.idle_timeout", "DURE_IDLE_TIMEOUT", "--idle-timeout",
                        &S::idle_timeout, "60", "cli.setting.idle_timeout", 1, 3600},
      SettingDefinition{"publish.max_mib", "DURE_PUBLISH_MAX_MIB", "--max-publish-mib",
                        &S::max_publish_mib, "64", "cli.setting.max_publish_mib", 1, 1024},
      SettingDefinition{"replication.pull_interval", "DURE_PULL_INTERVAL", "--pull-interval",
                        &S::pull_interval, "5", "cli.setting.pull_interval", 1, 86'400},
      SettingDefinition{"replication.fan_out", "DURE_FAN_OUT", "--fan-out", &S::fan_out, "3",
                        "cli.setting.fan_out", 1, 64},
      SettingDefinition{"replication.parallel_fetches", "DURE_PARALLEL_FETCHES",
                        "--parallel-fetches", &S::parallel_fetches, "2",
                        "cli.setting.parallel_fetches", 1, 32},
      SettingDefinition{"replication.window_mib", "DURE_WINDOW_MIB", "--window-mib", &S::window_mib,
                        "16", "cli.setting.window_mib", 1, 1024},
      SettingDefinition{"replication.compression",
                        "DURE_COMPRESSION",
                        "--compression",
                        &S::compression,
                        "auto",
                        "cli.setting.compression",
                        0,
                        0,
                        {"auto", "on", "off"}},
      SettingDefinition{"attachments.mirror",
                        "DURE_ATTACHMENTS_MIRROR",
                        "--attachments-mirror",
                        &S::attachments_mirror,
                        "20 MB",
                        "cli.setting.attachments_mirror",
                        0,
                        0,
                        {},
                        &is_mirror_choice,
                        "errors.setting_mirror"},
      SettingDefinition{"attachments.budget",
                        "DURE_ATTACHMENTS_BUDGET",
                        "--attachments-budget",
                        &S::attachments_budget,
                        "10 GB",
                        "cli.setting.attachments_budget",
                        0,
                        0,
                        {},
                        &is_byte_size,
                        "errors.setting_byte_size"},
      SettingDefinition{"peer.ca_file", "DURE_PEER_CA_FILE", "--peer-ca-file", &S::peer_ca_file, "",
                        "cli.setting.peer_ca_file"},
      SettingDefinition{"witness.extra_logs", "DURE_WITNESS_EXTRA_LOGS", "--witness-extra-logs",
                        &S::witness_extra_logs, "", "cli.setting.witness_extra_logs"},
      SettingDefinition{"witness.ask", "DURE_WITNESS_ASK", "--witness-ask", &S::witness_ask, "",
                        "cli.setting.witness_ask"},
      SettingDefinition{"witness.refresh", "DURE_WITNESS_REFRESH", "--witness-refresh",
                        &S::witness_refresh, "900", "cli.setting.witness_refresh", 1, 86'400},
      SettingDefinition{"links.check",
                        "DURE_LINKS_CHECK",
                        "--links-check",
                        &S::links_check,
                        "off",
                        "cli.setting.links_check",
                        0,
                        0,
                        {"off", "on"}},
      SettingDefinition{"links.interval", "DURE_LINKS_INTERVAL", "--links-interval",
                        &S::links_interval, "7", "cli.setting.links_interval", 1, 365},
      SettingDefinition{"links.failures", "DURE_LINKS_FAILURES", "--links-failures",
                        &S::links_failures, "3", "cli.setting.links_failures", 2, 20},
      SettingDefinition{"links.pause", "DURE_LINKS_PAUSE", "--links-pause", &S::links_pause, "10",
                        "cli.setting.links_pause", 1, 3600},
      SettingDefinition{"links.private_addresses",
                        "DURE_LINKS_PRIVATE_ADDRESSES",
                        "--links-private-addresses",
                        &S::links_private_addresses,
                        "refuse",
                        "cli.setting.links_private_addresses",
                        0,
                        0,
                        {"refuse", "ask"}},
      SettingDefinition{"backup.folder",
                        "DURE_BACKUP_FOLDER",
                        "--backup-folder",
                        &S::backup_folder,
                        "",
                        "cli.setting.backup_folder",
                        0,
                        0,
                        {},
                        &is_absolute_or_empty,
                        "errors.setting_absolute"},
      SettingDefinition{"backup.every",
                        "DURE_BACKUP_EVERY",
                        "--backup-every",
                        &S::backup_every,
                        "24h",
                        "cli.setting.backup_every",
                        0,
                        0,
                        {},
                        &is_interval,
                        "errors.setting_interval"},
      SettingDefinition{"backup.keep_daily", "DURE_BACKUP_KEEP_DAILY", "--backup-keep-daily",
                        &S::backup_keep_daily, "14", "cli.setting.backup_keep_daily", 1, 3660},
      SettingDefinition{"backup.keep_monthly", "DURE_BACKUP_KEEP_MONTHLY", "--backup-keep-monthly",
                        &S::backup_keep_monthly, "12", "cli.setting.backup_keep_monthly", 0, 1200},
      SettingDefinition{"backup.recipient",
                        "DURE_BACKUP_RECIPIENT",
                        "--backup-recipient",
                        &S::backup_recipient,
                        "",
                        "cli.setting.backup_recipient",
                        0,
                        0,
                        {},
                        &is_recipient_or_empty,
                        "errors.setting_recipient"},
      SettingDefinition{"catalogue.regions_file", "DURE_REGIONS_FILE", "--regions-file",
                        &S::regions_file, "", "cli.setting.regions_file"},
      SettingDefinition{"catalogue.synonyms_file", "DURE_SYNONYMS_FILE", "--synonyms-file",
                        &S::synonyms_file, "", "cli.setting.synonyms_file"},
      SettingDefinition{"console.enabled",
                        "DURE_CONSOLE_ENABLED",
                        "--console-enabled",
                        &S::console_enabled,
                        "on",
                        "cli.setting.console_enabled",
                        0,
                        0,
                        {"on", "off"}},
      SettingDefinition{"inbox.enabled",
                        "DURE_INBOX_ENABLED",
                        "--inbox-enabled",
                        &S::inbox_enabled,
                        "on",
                        "cli.setting.inbox_enabled",
                        0,
                        0,
                        {"on", "off"}},
      SettingDefinition{"inbox.keep_days", "DURE_INBOX_KEEP_DAYS", "--inbox-keep-days",
                        &S::inbox_keep_days, "180", "cli.setting.inbox_keep_days", 1, 3650},
      SettingDefinition{"log.level",
                        "DURE_LOG_LEVEL",
                        "--log-level",
                        &S::log_level,
                        "info",
                        "cli.setting.log_level",
                        0,
                        0,
                        {"debug", "info", "warning", "error", "off"}},
      SettingDefinition{"log.format",
                        "DURE_LOG_FORMAT",
                        "--log-format",
                        &S::log_format,
                        "text",
                        "cli.setting.log_format",
                        0,
                        0,
                        {"text", "json"}},
      SettingDefinition{"display.language",
                        "DURE_LANG",
                        "--lang",
                        &S::language,
                        "auto",
                        "cli.setting.language",
                        0,
                        0,
                        {"auto", "ko", "en"}},
  };
  return kTable;
}

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  constexpr std::uint64_t kMost = 1'000'000;
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto number = parse_decimal(text.substr(0, space));
  if (!number || *number > kMost) return std::nullopt;
  const auto unit = text.substr(space + 1);
  if (unit == "MB") return *number << 20U;
  if (unit == "GB") return *number << 30U;
  return std::nullopt;
}

std::span<const SettingDefinition> setting_definitions() { return table(); }

const SettingDefinition* find_setting(std::string_view name) {
  const auto rows = setting_definitions();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
    return row.flag == name || row.key == name;
  });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace dure::node
