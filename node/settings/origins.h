// SPDX-License-Identifier: Apache-2.0
// Where each setting's value comes from: for people who wonder why it is what it is.
#pragma once

#include <map>
#include <string>

#include "settings/settings.h"

namespace dure::node {

struct SettingOrigin {
  enum class Kind { kDefault, kFile, kVariable, kFlag };
  Kind kind = Kind::kDefault;
  std::string name = {};  // of the file, variable or flag
  unsigned line = 0;      // in the file
};

using SettingOrigins = std::map<std::string, SettingOrigin>;  // by key; absent: the default

/// As load_settings(); adds to `origins` who gave each value that is taken. Webhooks stand under
/// "webhook".
LoadedSettings load_settings(const SettingSources& sources, SettingOrigins& origins);

/// The value as dure.toml spells it.
std::string toml_value(const Settings& settings, const SettingDefinition& row);

}  // namespace dure::node
