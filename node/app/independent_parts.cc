// SPDX-License-Identifier: Apache-2.0
#include "app/independent_parts.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "app/cosigning_parts.h"
#include "app/pull_json.h"
#include "dure/policy.h"
#include "peer/base_url.h"

namespace dure::node {
namespace {

using nlohmann::json;

// Each has a thread of its own, and a place in every note.
constexpr std::size_t kMostWitnesses = 16;

Error file_error(ErrorCode code, const std::string& path, std::string detail) {
  return Error{code,
               path + ": " + detail,
               "errors.witness_ask",
               {{"file", printable(path)}, {"detail", std::move(detail)}}};
}

/// The number of the line that defines the witness `name`.
std::size_t line_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line);
    std::string keyword, defined;
    if (words >> keyword >> defined && keyword == "witness" && defined == name) return number;
  }
  return 0;
}

Result<Policy> read_policy(const std::string& path, const std::string& text) {
  auto policy = parse_policy(text);
  // Whom to ask needs no quorum: witness lines alone will do.
  if (!policy) {
    if (auto witnesses_only = parse_policy(text + "\nquorum none\n"))
      policy = std::move(witnesses_only);
  }
  if (!policy) return file_error(policy.error().code, path, policy.error().detail);
  return policy;
}

/// Why this one cannot be asked; empty if it can.
std::string fault_of(const PolicyWitness& witness, const VerifierKey& own_witness) {
  if (witness.key.public_key() == own_witness.public_key())
    return "that is the witness key of this node itself";
  if (witness.url.empty()) return "the address (URL) of the witness is missing";
  const auto url = parse_base_url(witness.url);
  return url ? std::string() : url.error().detail;
}

/// What is to be cosigned, as the charter's witnesses see it.
void connect_cosigning(NodeParts& node, IndependentPorts& ports) {
  ports.head = [&cosigning = *node.cosigning](std::uint64_t least) {
    return cosigning.head_beside(least);
  };
  ports.newest_size = [&cosigning = *node.cosigning] { return cosigning.newest_size(); };
  ports.with_cosignatures = [&cosigning = *node.cosigning](std::string note) {
    return cosigning.with_cosignatures(std::move(note));
  };
}

}  // namespace

Result<std::vector<IndependentWitness>> load_independent_witnesses(const std::string& path,
                                                                   const VerifierKey& own_witness) {
  std::vector<IndependentWitness> witnesses;
  if (path.empty()) return witnesses;
  std::ifstream file(path, std::ios::binary);
  std::stringstream contents;
  if (!file || !(contents << file.rdbuf()))
    return file_error(ErrorCode::kStorage, path, "cannot be read");
  const std::string text = contents.str();
  auto policy = read_policy(path, text);
  if (!policy) return std::move(policy).error();
  if (policy->witnesses.empty())
    return file_error(ErrorCode::kInvalid, path, "it has no `witness` line");
  if (policy->witnesses.size() > kMostWitnesses) {
    return file_error(ErrorCode::kInvalid, path,
                      "more than " + std::to_string(kMostWitnesses) + " witnesses");
  }
  for (PolicyWitness& witness : policy->witnesses) {
    if (const auto fault = fault_of(witness, own_witness); !fault.empty()) {
      return file_error(ErrorCode::kInvalid, path,
                        "line " + std::to_string(line_of(text, witness.name)) + ": " + fault);
    }
    witnesses.push_back({witness.name, std::move(witness.key), std::move(witness.url)});
  }
  return witnesses;
}

Status open_independent_witnesses(NodeParts& node, OpenFor purpose) {
  auto witnesses =
      load_independent_witnesses(node.settings.witness_ask, node.witness_signer->verifier());
  // A command that only reads asks nobody.
  if (!witnesses && purpose == OpenFor::kWriting) return std::move(witnesses).error();
  if (!witnesses) witnesses = std::vector<IndependentWitness>();
  IndependentPorts ports;
  static_cast<AskingPorts&>(ports) = asking_ports(node);
  ports.heads = node.head_lock.get();
  ports.on_failure = [&log = node.log](const std::string& name, const Error& error) {
    auto fields = error_fields(error);
    fields.emplace_back("witness", name);
    log.warning("finality.no_independent_cosignature", fields);
  };
  connect_cosigning(node, ports);
  IndependentOptions options;
  options.refresh = std::chrono::seconds(node.settings.witness_refresh);
  auto opened = IndependentWitnesses::open(std::move(*witnesses), std::move(ports), options);
  if (!opened) return std::move(opened).error();
  node.independent = std::move(*opened);
  return ok();
}

std::string fully_cosigned_note(const NodeParts& node, std::string note) {
  return node.independent->with_cosignatures(cosigned_note(node, std::move(note)));
}

std::vector<std::string> proof_heads(const NodeParts& node, std::string_view origin) {
  std::vector<std::string> heads;
  if (origin != node.own.origin || !node.cosigning || !node.independent) return heads;
  if (auto quorum = node.cosigning->quorum_head())
    heads.push_back(node.independent->with_cosignatures(*std::move(quorum)));
  if (auto beside = node.independent->note()) {
    auto note = fully_cosigned_note(node, *std::move(beside));
    // What satisfies the charter's policy and that of others is best, even if it is a little older.
    const bool first = heads.empty() || node.cosigning->has_quorum(note);
    heads.insert(first ? heads.begin() : heads.end(), std::move(note));
  }
  return heads;
}

json independent_report(const NodeParts& node) {
  json report = json::array();
  for (const IndependentStatus& status : node.independent->report()) {
    json one = {
        {"name", status.name}, {"url", status.url}, {"size", status.size}, {"time", status.time}};
    if (status.error) describe_error(one, *status.error);
    report.push_back(std::move(one));
  }
  return report;
}

}  // namespace dure::node
