// SPDX-License-Identifier: Apache-2.0
#include "importing/dcat.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dure/encoding.h"
#include "importing/cell.h"
#include "importing/dcat_body.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Args = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kIdentifier = 100;

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= kIdentifier &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

/// Under which number the next import finds it: its address, else its dct:identifier. What does not
/// fit is named by its hash.
std::string identifier_of(const GraphView& view, const Term& subject) {
  std::string text = subject.kind == Term::Kind::kIri ? subject.value : std::string();
  if (text.empty()) {
    if (const auto said = view.first(subject, kDct, "identifier")) text = said->value;
  }
  if (text.empty() || is_identifier(text)) return text;
  return "sha256:" + hex_encode(as_view(sha256({text})));
}

EntryFault fault(const char* text, Args args = {}) {
  return {FaultSeverity::kError, {}, {}, text, std::move(args)};
}

class CatalogueReader {
 public:
  CatalogueReader(const Graph& graph, const DcatOptions& options)
      : graph_(graph), view_(graph), options_(options) {}

  DcatEntries read() {
    for (const auto& subject : graph_.subjects()) {
      if (view_.is_a(subject, kDcat, "Dataset") || view_.is_a(subject, kDcat, "DataService"))
        take(subject);
    }
    return std::move(out_);
  }

 private:
  void take(const Term& subject) {
    ++position_;
    const auto identifier = identifier_of(view_, subject);
    const auto publisher = dcat_publisher(view_, subject);
    Json body = dcat_body(view_, subject);
    const auto name = title_in(body.dump());
    const auto source = "dcat:" + identifier;
    const auto region = options_.region_of(publisher);
    if (!options_.take_all && region != options_.own_region) {
      out_.left.push_back({position_, source, printable(name), ImportOutcome::kLeft});
      return;
    }
    std::vector<EntryFault> faults;
    if (identifier.empty()) faults.push_back(fault("schema.import.no-source"));
    const auto licence = licence_of(subject, faults);
    if (!faults.empty()) return refuse(source, name, std::move(faults));
    body["licence"] = licence;
    if (region) body["regions"] = Json::array({{{"scheme", "bjd"}, {"code", *region + "00000"}}});
    body["identifiers"] = Json::array({{{"scheme", "dcat"}, {"value", identifier}}});
    if (const auto said = view_.first(subject, kDct, "identifier");
        said && said->value != identifier && is_identifier(said->value))
      body["identifiers"].push_back({{"scheme", "dct-identifier"}, {"value", said->value}});
    finish(source, name, body);
  }

  std::string licence_of(const Term& subject, std::vector<EntryFault>& faults) const {
    std::string said;
    for (const auto& licence : dcat_licences(view_, subject)) {
      if (auto code = licence_code(licence); !code.empty()) return code;
      if (said.empty()) said = licence;
    }
    if (options_.licence.empty()) {
      faults.push_back(said.empty() ? fault("schema.dcat.no-licence")
                                    : fault("schema.dcat.licence", {{"value", printable(said)}}));
    }
    return options_.licence;
  }

  void finish(const std::string& source, const std::string& name, Json& body) {
    body["type"] = "dataset";
    auto document =
        parse_entry_document(body.dump(-1, ' ', false, Json::error_handler_t::replace), position_);
    if (document) {
      out_.entries.push_back({position_, std::move(*document)});
    } else {
      const auto& error = document.error();
      refuse(source, name, {{FaultSeverity::kError, {}, {}, error.text, error.args}});
    }
  }

  void refuse(const std::string& source, const std::string& name, std::vector<EntryFault> faults) {
    out_.invalid.push_back({position_, printable(source), printable(name), std::move(faults)});
  }

  const Graph& graph_;
  const GraphView view_;
  const DcatOptions& options_;
  DcatEntries out_;
  std::size_t position_ = 0;
};

/// Lower case, without what names of licences differ in.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') {
      out.push_back(static_cast<char>(c + 32));
    } else if (c != ' ' && c != '-' && c != '_' && c != '.') {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::string licence_code(std::string_view licence) {
  struct Sign {
    std::string_view sign, code;
  };
  // What says more comes first: "by-nc-nd" holds "by".
  static constexpr Sign kSigns[] = {{"byncsa", ""},
                                    {"bysa", ""},
                                    {"byncnd", "kogl-4"},
                                    {"bync", "kogl-2"},
                                    {"bynd", "kogl-3"},
                                    {"kogltype0", "kogl-0"},
                                    {"kogltype1", "kogl-1"},
                                    {"kogltype2", "kogl-2"},
                                    {"kogltype3", "kogl-3"},
                                    {"kogltype4", "kogl-4"},
                                    {"licensetype0", "kogl-0"},
                                    {"licensetype1", "kogl-1"},
                                    {"licensetype2", "kogl-2"},
                                    {"licensetype3", "kogl-3"},
                                    {"licensetype4", "kogl-4"},
                                    {"kogl0", "kogl-0"},
                                    {"kogl1", "kogl-1"},
                                    {"kogl2", "kogl-2"},
                                    {"kogl3", "kogl-3"},
                                    {"kogl4", "kogl-4"},
                                    {"제0유형", "kogl-0"},
                                    {"제1유형", "kogl-1"},
                                    {"제2유형", "kogl-2"},
                                    {"제3유형", "kogl-3"},
                                    {"제4유형", "kogl-4"},
                                    {"publicdomain/zero", "kogl-0"},
                                    {"publicdomain/mark", "kogl-0"},
                                    {"cc0", "kogl-0"},
                                    {"이용허락범위제한없음", "kogl-0"},
                                    {"licenses/by/", "kogl-1"},
                                    {"ccby", "kogl-1"}};
  const auto text = folded(licence);
  for (const auto& [sign, code] : kSigns) {
    if (text.find(sign) != std::string::npos) return std::string(code);
  }
  return {};
}

Result<DcatEntries> read_dcat(const Graph& graph, const DcatOptions& options) {
  auto entries = CatalogueReader(graph, options).read();
  if (entries.entries.empty() && entries.left.empty() && entries.invalid.empty())
    return Error{ErrorCode::kInvalid, "no dataset", "schema.dcat.none", {}};
  return entries;
}

}  // namespace dure::node
