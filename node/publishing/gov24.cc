// SPDX-License-Identifier: Apache-2.0
#include "publishing/gov24.h"

#include <nlohmann/json.hpp>
#include <set>

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
             const EntryValidator& validator)
      : options_(options), region_of_(region_of), validator_(validator) {}

  void take(const Gov24Record& record) {
    const auto agency = record.get("소관기관명");
    const auto region = region_of_(agency);
    if (!options_.take_all && region != options_.own_region) {
      page.left.push_back({record.line, source_of(record), printable(record.get("서비스명")),
                           ImportOutcome::kLeft});
    } else if (!region) {
      refuse(record, {fault("schema.gov24.agency", {{"value", printable(agency)}})});
    } else {
      map(record, *region);
    }
  }

  Gov24Page page;

 private:
  void map(const Gov24Record& record, const std::string& region) {
    const auto modified = gov24_moment(record.get("수정일시"));
    if (auto faults = check_needed(record, modified); !faults.empty())
      return refuse(record, std::move(faults));
    if (!seen_.emplace(record.get("서비스ID")).second)
      return refuse(record, {fault("schema.gov24.duplicate-id")});

    auto body = gov24_body(record, region, *modified, options_);
    if (body.size() > kMaxBodyBytes) {
      return refuse(record, {fault("schema.entry.too-large",
                                   {{"line", std::to_string(record.line)},
                                    {"value", std::to_string(kMaxBodyBytes / 1024)}})});
    }
    if (auto faults = validator_.check("service", body); has_error(faults))
      return refuse(record, std::move(faults));
    page.entries.push_back({record.line, {"service", {}, std::move(body), source_of(record)}});
  }

  void refuse(const Gov24Record& record, std::vector<EntryFault> faults) {
    std::erase_if(faults, [](const EntryFault& f) { return f.severity != FaultSeverity::kError; });
    page.invalid.push_back({record.line, printable(source_of(record)),
                            printable(record.get("서비스명")), std::move(faults)});
  }

  const Gov24Options& options_;
  const RegionOfAgency& region_of_;
  const EntryValidator& validator_;
  std::set<std::string> seen_;
};

}  // namespace

Result<Gov24Page> read_gov24(std::string_view file, const Gov24Options& options,
                             const RegionOfAgency& region_of, const EntryValidator& validator) try {
  PageReader reader(options, region_of, validator);
  const auto records = read_gov24_records(file, reader.page.invalid);
  if (!records) return records.error();
  for (const auto& record : *records) reader.take(record);
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
