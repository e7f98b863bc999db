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
      ++page.left;
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
    page.entries.push_back(
        {"service", {}, std::move(body), "gov24:" + std::string(record.get("서비스ID"))});
  }

  void refuse(const Gov24Record& record, std::vector<EntryFault> faults) {
    std::erase_if(faults, [](const EntryFault& f) { return f.severity != FaultSeverity::kError; });
    page.invalid.push_back({record.line, printable(record.get("서비스ID")),
                            printable(record.get("서비스명")), std::move(faults)});
  }

  const Gov24Options& options_;
  const RegionOfAgency& region_of_;
  const EntryValidator& validator_;
  std::set<std::string> seen_;
};

std::string modified_of(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find("modified") : json.end();
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Whether the stored revision was edited here after the record it came from was last changed
/// there.
bool is_newer_here(std::string_view stored, std::string_view imported) {
  return modified_of(stored).substr(0, 10) > modified_of(imported).substr(0, 10);
}

Status plan_entry(EntryDocument entry, OwnLog& log, Gov24Plan& plan) {
  auto record = log.find_by_source(entry.source);
  if (!record) return std::move(record).error();
  if (!*record) {
    ++plan.published;
    plan.entries.push_back(std::move(entry));
    return ok();
  }
  const OwnRecord& own = **record;
  if (own.type == "withdraw") {
    ++plan.withdrawn;
    return ok();
  }
  auto stored = body_of(log, own);
  if (!stored) return std::move(stored).error();
  if (*stored && (**stored == entry.body || is_newer_here(**stored, entry.body))) {
    ++plan.unchanged;
    return ok();
  }
  ++plan.updated;
  entry.id = own.id;
  plan.entries.push_back(std::move(entry));
  return ok();
}

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

Result<Gov24Plan> plan_gov24_import(Gov24Page page, OwnLog& log) {
  Gov24Plan plan;
  plan.left = page.left;
  plan.invalid = std::move(page.invalid);
  for (auto& entry : page.entries) {
    if (auto status = plan_entry(std::move(entry), log, plan); !status)
      return std::move(status).error();
  }
  return plan;
}

}  // namespace dure::node
