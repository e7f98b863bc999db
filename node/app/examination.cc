// SPDX-License-Identifier: Apache-2.0
#include "app/examination.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/doctor_facts.h"
#include "app/doctor_machine.h"
#include "app/doctor_network.h"
#include "app/node_access.h"
#include "app/node_probe.h"
#include "app/version.h"
#include "doctor/doctor.h"
#include "peer/certificate.h"
#include "peer/control_client.h"
#include "storage/process_lock.h"
#include "storage/quick_check.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLongestAnswer{10};

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::vector<std::string> split_addresses(const std::string& list, const std::string& without) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : list + ",") {
    if (c != ',') {
      if (c != ' ') part += c;
      continue;
    }
    if (!part.empty() && part != without) parts.push_back(part);
    part.clear();
  }
  return parts;
}

// The node of the folder as one doctor sees it.
class Patient {
 public:
  explicit Patient(const Settings& settings)
      : settings_(settings), folder_{settings.data}, state_(probe_node(folder_)) {}

  bool runs() const { return state_ != Probe::kNobody; }

  NodeFacts facts() const {
    NodeFacts facts;
    facts.running = runs();
    const auto text = state_ == Probe::kAnswers  ? ask_running("GET", "/control/v1/doctor")
                      : state_ == Probe::kSilent ? Result<std::string>(silent())
                                                 : ask_stopped();
    if (!text) {
      facts.failure = text.error();
      return facts;
    }
    auto parsed = parse_node_facts(*text);
    if (parsed) return *std::move(parsed);
    facts.failure = parsed.error();
    return facts;
  }

  FrontAccess front() const {
    return {[this] { return text_of(answer("POST", "/control/v1/doctor/front"), "mark"); },
            [this](const std::string& mark, const std::string& forgery) {
              return front_of(answer("GET", "/control/v1/doctor/front?mark=" + mark), forgery);
            }};
  }

 private:
  static std::string text_of(const json& object, const char* name) {
    const bool there = object.is_object() && object.contains(name) && object[name].is_string();
    return there ? object[name].get<std::string>() : std::string();
  }

  static FrontFacts front_of(const json& object, const std::string& forgery) {
    FrontFacts facts;
    facts.asked = object.is_object();
    facts.arrived = facts.asked && object.value("arrived", false);
    facts.client = text_of(object, "client");
    facts.forwarded = split_addresses(text_of(object, "forwarded"), forgery);
    facts.believed_forgery = facts.client == forgery;
    return facts;
  }

  json answer(const char* method, const std::string& target) const {
    const auto text = ask_running(method, target);
    return text ? json::parse(*text, nullptr, /*allow_exceptions=*/false) : json();
  }

  Result<std::string> ask_running(const char* method, const std::string& target) const {
    ControlOptions options;
    options.timeout = kLongestAnswer;
    auto answer = call_control(folder_.control_socket(), method, target, {}, {}, options);
    if (!answer) return std::move(answer).error();
    if (answer->status == 200) return std::move(answer->body);
    // A node from before there was a doctor, still running after an update.
    return Error{ErrorCode::kUnsupported,
                 "HTTP " + std::to_string(answer->status),
                 "errors.doctor_other_version",
                 {}};
  }

  Result<std::string> ask_stopped() const {
    if (auto ours = check_account(); !ours) return ours.error();
    const auto node = reach_node(settings_, Purpose::kInspect);
    if (!node) return node.error();
    auto answer = (*node)->call("GET", "/control/v1/doctor", {});
    if (!answer) return std::move(answer).error();
    if (answer->status == 200) return std::move(answer->body);
    return Error{ErrorCode::kStorage, answer->body};
  }

  // Opening a node can make files, which the node's own account must own.
  Status check_account() const {
    struct stat status {};
    const bool known = stat(folder_.path.c_str(), &status) == 0;
    if (!known || status.st_uid == geteuid()) return ok();
    return Error{ErrorCode::kRefused,
                 "the data folder belongs to another account",
                 "errors.doctor_other_account",
                 {{"path", folder_.path}}};
  }

  Error silent() const {
    return Error{
        ErrorCode::kStorage,
        "the node does not answer",
        "errors.node_silent",
        {{"path", folder_.path}, {"pid", std::to_string(ProcessLock::holder(folder_.lock()))}}};
  }

  const Settings& settings_;
  const DataFolder folder_;
  const Probe state_;
};

Status check_folder(const DataFolder& folder) {
  auto there = check_data_folder(folder);
  // What is missing in a node's folder is for the doctor to say; no node at all is not.
  if (there || there.error().code != ErrorCode::kNotFound) return ok();
  return there;
}

}  // namespace

Result<Findings> examine_folder(const Settings& settings) {
  const DataFolder folder{settings.data};
  if (auto there = check_folder(folder); !there) return there.error();
  const Patient patient(settings);
  DoctorPorts ports;
  ports.version = kVersion;
  ports.libraries = "SQLite " + sqlite_version() + ", " + tls_library();
  ports.now = unix_now;
  ports.files = [&] { return look_at_files(settings); };
  ports.disk = [&] { return look_at_disk(folder); };
  ports.databases = [&] { return look_at_databases(folder, patient.runs()); };
  ports.node = [&] { return patient.facts(); };
  ports.listening = [&](const NodeFacts& node) {
    return patient.runs() ? look_at_listening(settings, node) : try_listening(settings);
  };
  ports.certificate = [&] { return look_at_certificate(settings); };
  ports.own_url = [&](const NodeFacts& node) {
    return look_at_own_url(settings, node, patient.front());
  };
  ports.peers = [&](const NodeFacts& node) { return look_at_peers(settings, node, unix_now); };
  return examine(ports);
}

Findings look_over_node(NodeParts& node) {
  DoctorPorts ports;
  ports.now = unix_now;
  ports.files = [&] { return look_at_files(node.settings); };
  ports.disk = [&] { return look_at_disk(node.folder); };
  ports.node = [&] {
    auto facts = own_facts(node);
    if (facts) return *std::move(facts);
    NodeFacts none;
    none.failure = facts.error();
    return none;
  };
  ports.certificate = [&] { return look_at_certificate(node.settings); };
  return look_over(ports);
}

}  // namespace dure::node
