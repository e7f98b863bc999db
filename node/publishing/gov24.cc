// SPDX-License-Identifier: Apache-2.0
#include "publishing/gov24.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "publishing/gov24_conditions.h"
#include "publishing/gov24_merge.h"
#include "publishing/gov24_record.h"

namespace dure::node {
namespace {

using Args = std::vector<std::pair<std::string, std::string>>;

EntryFault fault(std::string text, Args args = {}) {
  return {FaultSeverity::kError, {}, {}, std::move(text), std::move(args)};
}

std::string source_of(const Gov24Record& record) {
  return "gov24:" + std::string(record.get("서비스ID"));
}

std::vector<EntryFault> check_needed(const Gov24Record& record,
                                     const std::optional<std::string>& modified) {
  std::vector<EntryFault> faults;
  if (record.get("서비스ID").empty()) faults.push_back(fault("schema.gov24.no-id"));
  if (record.get("서비스명").empty()) faults.push_back(fault("schema.gov24.no-name"));
  const auto written = record.get("수정일시");
  if (written.empty()) {
    faults.push_back(fault("schema.gov24.no-date"));
  } else if (!modified) {
    faults.push_back(fault("schema.gov24.date", {{"value", printable(written)}}));
  }
  return faults;
}

class PageReader {
 public:
  PageReader(const Gov24Options& options, const RegionOfAgency& region_of,
             const EntryValidator& validator, const StoredBody& stored)
      : options_(options), region_of_(region_of), validator_(validator), stored_(stored) {}

  Status take(const Gov24Record& record) {
    auto stored = stored_of(record);
    if (!stored) return std::move(stored).error();
    const auto agency = record.get("소관기관명");
    // What is stored under this number was found to be of this government before.
    const bool known = stored->has_value() && !record.columns.contains("소관기관명");
    const auto region = known ? region_in(**stored) : region_of_(agency);
    const bool nobody = !known && agency.empty() && has_conditions(record);
    if (nobody || (!known && !options_.take_all && region != options_.own_region)) {
      page.left.push_back({record.line,
                           source_of(record),
                           printable(record.get("서비스명")),
                           ImportOutcome::kLeft,
                           {},
                           record.file});
    } else if (!region) {
      refuse(record, {fault("schema.gov24.agency", {{"value", printable(agency)}})});
    } else {
      map(record, *region, *stored);
    }
    return ok();
  }

  Gov24Page page;

 private:
  Result<std::optional<std::string>> stored_of(const Gov24Record& record) const {
    if (!stored_ || record.get("서비스ID").empty()) return std::optional<std::string>();
    return stored_(source_of(record));
  }

  static std::optional<std::string> region_in(std::string_view body) {
    const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    const nlohmann::json::json_pointer place("/regions/0/code");
    if (!json.is_object() || !json.contains(place) || !json[place].is_string()) return std::nullopt;
    return json[place].get<std::string>().substr(0, 5);
  }

  void map(const Gov24Record& answers, const std::string& region,
           const std::optional<std::string>& stored) {
    Gov24Record record = answers;
    if (stored) fill_from_stored(record, *stored);
    const auto modified = gov24_moment(record.get("수정일시"));
    if (auto faults = check_needed(record, modified); !faults.empty())
      return refuse(record, std::move(faults));
    if (!seen_.emplace(record.get("서비스ID")).second)
      return refuse(record, {fault("schema.gov24.duplicate-id")});

    auto body = gov24_body(record, region, *modified, options_);
    if (stored) body = keep_from_stored(answers, body, *stored);
    if (body.size() > kMaxBodyBytes) {
      return refuse(record, {fault("schema.entry.too-large",
                                   {{"line", std::to_string(record.line)},
                                    {"value", std::to_string(kMaxBodyBytes / 1024)}})});
    }
    if (auto faults = validator_.check("service", body); has_error(faults))
      return refuse(record, std::move(faults));
    page.entries.push_back(
        {record.line, {"service", {}, std::move(body), source_of(record)}, record.file});
  }

  void refuse(const Gov24Record& record, std::vector<EntryFault> faults) {
    std::erase_if(faults, [](const EntryFault& f) { return f.severity != FaultSeverity::kError; });
    page.invalid.push_back({record.line, printable(source_of(record)),
                            printable(record.get("서비스명")), std::move(faults), record.file});
  }

  const Gov24Options& options_;
  const RegionOfAgency& region_of_;
  const EntryValidator& validator_;
  const StoredBody& stored_;
  std::set<std::string> seen_;
};

std::vector<std::string> unknown_columns(const std::vector<std::vector<Gov24Record>>& files) {
  std::set<std::string> names;
  for (const auto& records : files) {
    for (const auto& record : records) {
      for (const auto& [name, value] : record.columns) {
        if (!name.empty() && !is_gov24_column(name)) names.insert(printable(name));
      }
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace

Result<Gov24Page> read_gov24(std::string_view file, const Gov24Options& options,
                             const RegionOfAgency& region_of, const EntryValidator& validator) {
  return read_gov24_files({&file, 1}, options, region_of, validator, {});
}

Result<Gov24Page> read_gov24_files(std::span<const std::string_view> files,
                                   const Gov24Options& options, const RegionOfAgency& region_of,
                                   const EntryValidator& validator, const StoredBody& stored) try {
  PageReader reader(options, region_of, validator, stored);
  std::vector<std::vector<Gov24Record>> read;
  for (const auto file : files) {
    auto records = read_gov24_records(file, reader.page.invalid, read.size());
    if (!records) return std::move(records).error();
    read.push_back(std::move(*records));
  }
  reader.page.unknown = unknown_columns(read);
  for (const auto& record : merge_gov24(read, reader.page.invalid)) {
    if (auto taken = reader.take(record); !taken) return std::move(taken).error();
  }
  // Refusals of the reading, of the joining and of the mapping: in the order of the files.
  std::stable_sort(reader.page.invalid.begin(), reader.page.invalid.end(),
                   [](const ImportRefusal& a, const ImportRefusal& b) {
                     return std::tie(a.file, a.line) < std::tie(b.file, b.line);
                   });
  return std::move(reader.page);
} catch (const nlohmann::json::exception& exception) {
  return Error{ErrorCode::kInternal, printable(exception.what())};
}

Result<ImportPlan> plan_gov24_import(Gov24Page page, OwnLog& log) {
  ImportPlan plan;
  plan.left = page.left.size();
  plan.invalid = std::move(page.invalid);
  for (auto& entry : page.entries) {
    if (auto status = plan_imported(std::move(entry), log, plan); !status)
      return std::move(status).error();
  }
  for (auto& record : page.left) plan.records.push_back(std::move(record));
  return plan;
}

}  // namespace dure::node
