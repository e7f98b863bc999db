// SPDX-License-Identifier: Apache-2.0
// SPEC: https://data.europa.eu/mqa/methodology (weights, ratings, lists of formats).
#include "formats/quality.h"

#include <algorithm>

namespace dure::node {
namespace {

constexpr auto kFind = QualityDimension::kFindability;
constexpr auto kAccess = QualityDimension::kAccessibility;
constexpr auto kInterop = QualityDimension::kInteroperability;
constexpr auto kReuse = QualityDimension::kReusability;
constexpr auto kContext = QualityDimension::kContextuality;

// Positions of those that are more than "the property is there".
enum Metric : std::size_t {
  kKeyword,
  kTheme,
  kSpatial,
  kTemporal,
  kAccessAnswers,
  kDownload,
  kDownloadAnswers,
  kFormat,
  kMediaType,
  kFromList,
  kNonProprietary,
  kMachineReadable,
  kConformance,
  kLicence,
  kKnownLicence,
  kAccessRights,
  kKnownAccessRights,
  kContact,
  kPublisher,
  kRights,
  kByteSize,
  kIssued,
  kModified
};

constexpr std::array<QualityMetric, kQualityMetrics> kMetrics = {{
    {"keyword", kFind, 30, false, true},
    {"theme", kFind, 30, false, true},
    {"spatial", kFind, 20, false, true},
    {"temporal", kFind, 20, false, true},
    {"accessUrlAnswers", kAccess, 50, true, true},
    {"downloadUrl", kAccess, 20, true, true},
    {"downloadUrlAnswers", kAccess, 30, true, true},
    {"format", kInterop, 20, true, true},
    {"mediaType", kInterop, 10, true, true},
    {"formatFromList", kInterop, 10, true, true},
    {"nonProprietary", kInterop, 20, true, true},
    {"machineReadable", kInterop, 20, true, true},
    {"dcatAp", kInterop, 30, false, true},
    {"licence", kReuse, 20, true, true},
    {"licenceFromList", kReuse, 10, true, false},
    {"accessRights", kReuse, 10, false, true},
    {"accessRightsFromList", kReuse, 5, false, true},
    {"contactPoint", kReuse, 20, false, true},
    {"publisher", kReuse, 10, false, true},
    {"rights", kContext, 5, true, false},
    {"byteSize", kContext, 5, true, true},
    {"issued", kContext, 5, false, true},
    {"modified", kContext, 5, false, true},
}};

constexpr std::string_view kEu = "http://publications.europa.eu/resource/authority/";

// Of the EU's file types, those that data.europa.eu lists as readable by machines and as nobody's
// property.
constexpr std::array<std::string_view, 20> kReadable = {
    "CSV",      "GEOJSON", "ICS",        "JSON", "JSON_LD", "KML",         "KMZ",
    "NETCDF",   "ODS",     "RDFA",       "RSS",  "SHP",     "RDF_N_QUADS", "RDF_N_TRIPLES",
    "RDF_TRIG", "RDF_XML", "RDF_TURTLE", "XLS",  "XLSX",    "XML"};
constexpr std::array<std::string_view, 31> kFree = {
    "BMP",           "CSV",         "DBF",      "ETSI_XML",   "GEOJSON",  "GPKG", "GZIP",   "HTML",
    "ICS",           "JPEG2000",    "JSON",     "JSON_LD",    "KML",      "KMZ",  "NETCDF", "ODS",
    "PNG",           "RDF_N_QUADS", "RDF_TRIG", "RDF_TURTLE", "RDF_XML",  "RSS",  "RTF",    "TAR",
    "RDF_N_TRIPLES", "TIFF",        "TSV",      "TXT",        "WMS_SRVC", "XML",  "ZIP"};

template <std::size_t N>
bool lists(const std::array<std::string_view, N>& list, std::string_view code) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

const RdfValue* find(const RdfNode& node, std::string_view property) {
  for (const auto& [name, value] : node.properties) {
    if (name == property) return &value;
  }
  return nullptr;
}

bool has(const RdfNode& node, std::string_view property) { return find(node, property) != nullptr; }

/// The IRI that a property leads to, whether the thing is described in place or not.
std::string_view target(const RdfNode& node, std::string_view property) {
  const RdfValue* value = find(node, property);
  if (value == nullptr) return {};
  return value->kind == RdfValue::Kind::kNode ? std::string_view(value->node->id)
                                              : std::string_view(value->text);
}

/// What follows `list` in an IRI of it, or empty.
std::string_view code_in(std::string_view iri, std::string_view list) {
  if (!iri.starts_with(kEu)) return {};
  iri.remove_prefix(kEu.size());
  return iri.starts_with(list) ? iri.substr(list.size()) : std::string_view();
}

bool is_registered_kind(std::string_view iri) {
  constexpr std::string_view kIana = "http://www.iana.org/assignments/media-types/";
  constexpr std::array<std::string_view, 10> kKinds = {
      "application/", "audio/", "font/",      "haptics/", "image/",
      "message/",     "model/", "multipart/", "text/",    "video/"};
  if (!iri.starts_with(kIana)) return false;
  iri.remove_prefix(kIana.size());
  return std::any_of(kKinds.begin(), kKinds.end(), [&](std::string_view kind) {
    return iri.starts_with(kind) && iri.size() > kind.size();
  });
}

void judge_address(std::string_view address, const LinkStates& links, Metric metric,
                   QualityMarks& marks) {
  if (address.empty()) return;
  const LinkState state = links ? links(address) : LinkState::kNotChecked;
  if (state == LinkState::kAnswers) marks.met.set(metric);
  if (state == LinkState::kNotChecked) marks.unchecked.set(metric);
}

QualityMarks judge_distribution(const RdfNode& node, const LinkStates& links) {
  QualityMarks marks;
  judge_address(target(node, "dcat:accessURL"), links, kAccessAnswers, marks);
  judge_address(target(node, "dcat:downloadURL"), links, kDownloadAnswers, marks);
  const std::string_view format = code_in(target(node, "dct:format"), "file-type/");
  const std::string_view media = target(node, "dcat:mediaType");
  marks.met[kDownload] = has(node, "dcat:downloadURL");
  marks.met[kFormat] = has(node, "dct:format");
  marks.met[kMediaType] = !media.empty();
  marks.met[kFromList] = !format.empty() && (media.empty() || is_registered_kind(media));
  marks.met[kNonProprietary] = lists(kFree, format);
  marks.met[kMachineReadable] = lists(kReadable, format);
  marks.met[kLicence] = has(node, "dct:license");
  marks.met[kKnownLicence] = !code_in(target(node, "dct:license"), "licence/").empty();
  marks.met[kRights] = has(node, "dct:rights");
  marks.met[kByteSize] = has(node, "dcat:byteSize");
  return marks;
}

std::uint64_t weight_of(const std::bitset<kQualityMetrics>& metrics) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kQualityMetrics; ++i) {
    if (metrics[i]) sum += kMetrics[i].weight;
  }
  return sum;
}

/// What DCAT-AP 3.0.1 makes mandatory. The official shapes run over whole catalogues in
/// tests/conformance/catalogue; a node has no engine for them.
bool has_mandatory(const RdfNode& dataset) {
  if (!has(dataset, "dct:title") || !has(dataset, "dct:description")) return false;
  return std::all_of(dataset.properties.begin(), dataset.properties.end(), [](const auto& one) {
    return one.first != "dcat:distribution" || one.second.kind != RdfValue::Kind::kNode ||
           has(*one.second.node, "dcat:accessURL");
  });
}

/// The metrics of what is no distribution. A service names its contact in CPSV-AP's word.
std::bitset<kQualityMetrics> judge_resource(const RdfNode& node) {
  std::bitset<kQualityMetrics> met;
  met[kKeyword] = has(node, "dcat:keyword");
  met[kTheme] = has(node, "dcat:theme");
  met[kSpatial] = has(node, "dct:spatial");
  met[kTemporal] = has(node, "dct:temporal");
  met[kConformance] = has_mandatory(node);
  met[kAccessRights] = has(node, "dct:accessRights");
  met[kKnownAccessRights] = !code_in(target(node, "dct:accessRights"), "access-right/").empty();
  met[kContact] = has(node, "dcat:contactPoint") || has(node, "cv:contactPoint");
  met[kPublisher] = has(node, "dct:publisher");
  met[kIssued] = has(node, "dct:issued");
  met[kModified] = has(node, "dct:modified");
  return met;
}

QualityPoints mean_points(const QualityTally& tally, std::size_t first, std::size_t last) {
  if (tally.datasets == 0) return {};
  std::uint64_t met = 0, unchecked = 0;
  for (std::size_t i = first; i < last; ++i) {
    met += kMetrics[i].weight * tally.counts[i].met;
    unchecked += kMetrics[i].weight * tally.counts[i].unchecked;
  }
  const auto rounded = [&](std::uint64_t sum) {
    return (sum * 10 + tally.datasets / 2) / tally.datasets;
  };
  // Rounded together: both never add up to more than there is.
  return {rounded(met), rounded(met + unchecked) - rounded(met)};
}

std::size_t first_of(QualityDimension dimension) {
  return static_cast<std::size_t>(
      std::find_if(kMetrics.begin(), kMetrics.end(),
                   [&](const QualityMetric& one) { return one.dimension >= dimension; }) -
      kMetrics.begin());
}

std::size_t end_of(QualityDimension dimension) {
  return static_cast<std::size_t>(
      std::find_if(kMetrics.begin(), kMetrics.end(),
                   [&](const QualityMetric& one) { return one.dimension > dimension; }) -
      kMetrics.begin());
}

}  // namespace

const std::array<QualityMetric, kQualityMetrics>& quality_metrics() { return kMetrics; }

std::string_view quality_dimension_name(QualityDimension dimension) {
  switch (dimension) {
    case kFind:
      return "findability";
    case kAccess:
      return "accessibility";
    case kInterop:
      return "interoperability";
    case kReuse:
      return "reusability";
    case kContext:
      return "contextuality";
  }
  return {};
}

QualityMarks judge_dataset(const RdfNode& dataset, const LinkStates& links) {
  QualityMarks best;
  std::uint64_t points = 0, possible = 0;
  for (const auto& [property, value] : dataset.properties) {
    if (property != "dcat:distribution" || value.kind != RdfValue::Kind::kNode) continue;
    const QualityMarks marks = judge_distribution(*value.node, links);
    const std::uint64_t now = weight_of(marks.met), most = now + weight_of(marks.unchecked);
    if (now < points || (now == points && most <= possible)) continue;
    best = marks;
    points = now;
    possible = most;
  }
  best.met |= judge_resource(dataset);
  return best;
}

void QualityTally::add(const PublishedEntry& entry, RdfContext context, const LinkStates& links) {
  const bool dataset = entry.type == "dataset";
  (dataset ? datasets : others) += 1;
  context.fill = true;
  const RdfNode node = entry_nodes(entry, context).front();
  if (!dataset) {
    const auto met = judge_resource(node);
    for (std::size_t i = 0; i < kQualityMetrics; ++i) counts[i].others += met[i] ? 1U : 0U;
    return;
  }
  context.fill = false;
  const QualityMarks marks = judge_dataset(node, links);
  const QualityMarks bare = judge_dataset(entry_nodes(entry, context).front(), links);
  for (std::size_t i = 0; i < kQualityMetrics; ++i) {
    counts[i].met += marks.met[i] ? 1U : 0U;
    counts[i].filled += marks.met[i] && !bare.met[i] ? 1U : 0U;
    counts[i].unchecked += marks.unchecked[i] ? 1U : 0U;
  }
}

QualityPoints metric_points(const QualityTally& tally, std::size_t metric) {
  return mean_points(tally, metric, metric + 1);
}

QualityPoints dimension_points(const QualityTally& tally, QualityDimension dimension) {
  return mean_points(tally, first_of(dimension), end_of(dimension));
}

QualityPoints total_points(const QualityTally& tally) {
  return mean_points(tally, 0, kQualityMetrics);
}

std::uint64_t most_points(QualityDimension dimension) {
  std::uint64_t sum = 0;
  for (std::size_t i = first_of(dimension); i < end_of(dimension); ++i) sum += kMetrics[i].weight;
  return sum;
}

std::string_view quality_rating(std::uint64_t tenths) {
  const std::uint64_t points = tenths / 10;
  if (points >= 351) return "excellent";
  if (points >= 221) return "good";
  return points >= 121 ? "sufficient" : "bad";
}

std::vector<QualityLoss> quality_losses(const QualityTally& tally) {
  std::vector<QualityLoss> losses;
  for (std::size_t i = 0; i < kQualityMetrics; ++i) {
    const QualityPoints points = metric_points(tally, i);
    const std::uint64_t most = kMetrics[i].weight * 10;
    if (tally.datasets == 0 || !kMetrics[i].in_reach) continue;
    if (points.tenths + points.unchecked < most)
      losses.push_back({i, most - points.tenths - points.unchecked});
  }
  std::stable_sort(
      losses.begin(), losses.end(),
      [](const QualityLoss& one, const QualityLoss& other) { return one.tenths > other.tenths; });
  return losses;
}

}  // namespace dure::node
