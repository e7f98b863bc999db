// SPDX-License-Identifier: Apache-2.0
// Everything an operator can set, once: struct, table of definitions, and the reader of dure.toml.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dure/result.h"

namespace dure::node {

/// The node's settings after file, environment and flags were merged. Defaults come from the table.
struct Settings {
  std::string data;  // data folder

  // Identity, fixed by `dure init`.
  std::string origin, name, region, role, url;

  // Keys.
  std::string passphrase_file;                   // of seed.key and charter.key
  std::string pkcs11_module, log_key, pin_file;  // a log key in a token

  // HTTP server.
  std::string listen, tls_certificate, tls_key;
  std::vector<std::string> trusted_proxies;
  std::uint64_t workers = 0;  // 0: by the number of cores
  std::uint64_t rate_limit = 0, rate_burst = 0;
  std::uint64_t max_connections = 0, max_connections_per_client = 0;
  std::uint64_t head_deadline = 0, body_deadline = 0, idle_timeout = 0;  // seconds
  std::uint64_t max_publish_mib = 0;

  // Replication.
  std::uint64_t pull_interval = 0;  // seconds
  std::uint64_t fan_out = 0, parallel_fetches = 0, window_mib = 0;
  std::string compression;   // auto, on, off
  std::string peer_ca_file;  // PEM

  // Attachments of others.
  std::string attachments_mirror;  // none, all, or the largest, e.g. "20 MB"
  std::string attachments_budget;  // e.g. "10 GB"

  // Witnessing.
  std::string witness_extra_logs;     // a tlog-policy file
  std::string witness_ask;            // likewise
  std::uint64_t witness_refresh = 0;  // seconds

  std::string console_enabled;  // on, off

  // Inbox.
  std::string inbox_enabled;          // on, off
  std::uint64_t inbox_keep_days = 0;  // after the decision

  // Links in own entries.
  std::string links_check;              // off, on
  std::uint64_t links_interval = 0;     // days between two questions to one address
  std::uint64_t links_failures = 0;     // until an address is dead
  std::uint64_t links_pause = 0;        // seconds between two questions to one host
  std::string links_private_addresses;  // refuse, ask

  // Backups on schedule.
  std::string backup_folder;     // empty: none are made
  std::string backup_every;      // e.g. "24h"
  std::string backup_recipient;  // public key text; empty: they are not sealed
  std::uint64_t backup_keep_daily = 0, backup_keep_monthly = 0;

  // Catalogue.
  std::string regions_file, synonyms_file;

  // What is told of every change in the catalogue: addresses, in the order of the file, where alone
  // they can stand (`[[webhook]]`).
  std::vector<std::string> webhooks;

  // Log and display.
  std::string log_level, log_format, language;
};

/// "20 MB", "2 GB" in bytes, counted in 1024s; nothing for another spelling.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);

using SettingMember = std::variant<std::string Settings::*, std::uint64_t Settings::*,
                                   std::vector<std::string> Settings::*>;

/// One row of the table. The program, its help, the reference file and the tests all read this and
/// nothing else.
struct SettingDefinition {
  std::string_view key;       // "server.listen"; without a dot: never in the file
  std::string_view variable;  // "DURE_LISTEN"
  std::string_view flag;      // "--listen"
  SettingMember member;
  std::string_view
      default_value;      // as an environment variable would spell it; lists are comma-separated
  std::string_view help;  // text key
  std::uint64_t least = 0, most = 0;           // numbers
  std::vector<std::string_view> choices = {};  // strings: one of these
  bool (*check)(std::string_view) = nullptr;   // strings: further rule
  std::string_view remedy = {};  // text key of the message that says what a good value looks like
};

/// All settings, in the order of the reference file.
std::span<const SettingDefinition> setting_definitions();
/// The row whose flag or key is `name`; nullptr if there is none.
const SettingDefinition* find_setting(std::string_view name);

/// Where values come from. Precedence: flag > environment > file > default.
struct SettingSources {
  std::string file;  // path of dure.toml; a missing file is an error only if `file_required`
  bool file_required = false;
  std::map<std::string, std::string> environment;  // DURE_* only
  std::map<std::string, std::string> flags;        // by flag name, "--listen"
};

struct LoadedSettings {
  Settings settings;
  std::vector<Error> problems;  // every one found, in file order; each names line, key and remedy
};
LoadedSettings load_settings(const SettingSources& sources);

/// The DURE_* variables of the process's environment.
std::map<std::string, std::string> dure_environment(char** environment);

/// The text of a dure.toml for a new node, all other settings commented with their defaults.
/// `describe` gives a setting's one-line explanation.
std::string format_settings_file(const Settings& settings,
                                 std::string (*describe)(std::string_view help_key));

}  // namespace dure::node
