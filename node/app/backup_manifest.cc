// SPDX-License-Identifier: Apache-2.0
#include "app/backup_manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "dure/checkpoint.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "dure-backup/1";
constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 53) - 1;

Error malformed(const std::string& why) {
  return Error{
      ErrorCode::kMalformed, "manifest: " + why, "backup.manifest-damaged", {{"detail", why}}};
}

json without_sum(const BackupManifest& manifest) {
  json files = json::array();
  for (const auto& file : manifest.files) {
    files.push_back(
        {{"bytes", file.bytes}, {"name", file.name}, {"sha256", hex_encode(as_view(file.sha256))}});
  }
  return {{"database_format", manifest.database_format},
          {"files", std::move(files)},
          {"format", kFormat},
          {"generation", manifest.generation},
          {"origin", manifest.origin},
          {"program", manifest.program},
          {"root", base64_encode(as_view(manifest.root))},
          {"size", manifest.size},
          {"time", manifest.time}};
}

std::string dump(const json& value) {
  return value.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

// nothing unless `name` is a member of that kind
std::optional<std::string> text_of(const json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::uint64_t> number_of(const json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  return number <= kMaxNumber ? std::optional(number) : std::nullopt;
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name != kManifestName &&
         name.find('/') == std::string::npos;
}

std::optional<BackupFile> file_of(const json& object) {
  const auto name = text_of(object, "name");
  const auto bytes = number_of(object, "bytes");
  const auto hex = hex_decode(text_of(object, "sha256").value_or(""));
  if (!name || !bytes || !hex || hex->size() != Hash{}.size() || !is_plain_name(*name))
    return std::nullopt;
  BackupFile file{*name, *bytes, {}};
  std::copy(hex->begin(), hex->end(), file.sha256.begin());
  return file;
}

Status read_files(const json& document, BackupManifest& manifest) {
  const auto files = document.find("files");
  if (files == document.end() || !files->is_array()) return malformed("no files");
  for (const auto& object : *files) {
    auto file = file_of(object);
    if (!file) return malformed("a file is not described");
    if (!manifest.files.empty() && manifest.files.back().name >= file->name)
      return malformed("files out of order");
    manifest.files.push_back(std::move(*file));
  }
  return ok();
}

Status read_log(const json& document, BackupManifest& manifest) {
  const auto origin = text_of(document, "origin");
  const auto program = text_of(document, "program");
  const auto root = base64_decode_hash(text_of(document, "root").value_or(""));
  if (!origin || !is_origin(*origin) || !program || !root) return malformed("no log");
  manifest.origin = *origin;
  manifest.program = *program;
  manifest.root = *root;
  const std::pair<const char*, std::uint64_t*> numbers[] = {
      {"generation", &manifest.generation},
      {"size", &manifest.size},
      {"database_format", &manifest.database_format},
      {"time", &manifest.time}};
  for (const auto& [name, target] : numbers) {
    const auto number = number_of(document, name);
    if (!number) return malformed(std::string("no ") + name);
    *target = *number;
  }
  const auto generation = parse_decimal(manifest.origin.substr(manifest.origin.rfind('/') + 1));
  if (!generation || *generation != manifest.generation) return malformed("generation");
  return ok();
}

}  // namespace

bool BackupManifest::has(std::string_view name) const {
  return std::any_of(files.begin(), files.end(),
                     [&](const BackupFile& file) { return file.name == name; });
}

std::string format_manifest(const BackupManifest& manifest) {
  json document = without_sum(manifest);
  document["sum"] = hex_encode(as_view(sha256({dump(document)})));
  return dump(document);
}

Result<BackupManifest> parse_manifest(std::string_view text) {
  if (text.size() > kMaxManifestBytes) return malformed("too long");
  const auto document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return malformed("not a JSON object");
  const auto format = text_of(document, "format");
  if (format && *format != kFormat && format->starts_with("dure-backup/")) {
    return Error{ErrorCode::kUnsupported,
                 "manifest: " + printable(*format),
                 "backup.format-unknown",
                 {{"format", printable(*format)}}};
  }
  BackupManifest manifest;
  if (auto read = read_log(document, manifest); !read) return read.error();
  if (auto read = read_files(document, manifest); !read) return read.error();
  // One spelling only; the sum is part of it.
  if (format_manifest(manifest) != text) return malformed("a byte was changed");
  return manifest;
}

}  // namespace dure::node
