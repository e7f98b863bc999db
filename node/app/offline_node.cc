// SPDX-License-Identifier: Apache-2.0
// Reaching a node: through the control socket of the running one, else by opening it for one
// command.
#include <chrono>
#include <thread>

#include "app/node_access.h"
#include "app/node_parts.h"
#include "app/node_probe.h"
#include "http/target.h"
#include "peer/control_client.h"

namespace dure::node {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{10};  // for another command that holds the folder
constexpr std::chrono::seconds kMorePatience{50};
constexpr std::uint64_t kCatchUpEntries =
    5000;  // a reading command indexes at most that many first

class RunningNodeAccess final : public NodeAccess {
 public:
  explicit RunningNodeAccess(std::string socket) : socket_(std::move(socket)) {}
  Result<NodeAnswer> call(const std::string& method, const std::string& target,
                          const std::string& body) override {
    auto answer = call_control(socket_, method, target, body, "application/octet-stream");
    if (!answer) return answer.error();
    return NodeAnswer{answer->status, std::move(answer->content_type), std::move(answer->body)};
  }
  bool running() const override { return true; }

 private:
  std::string socket_;
};

// Hands requests to the node's own router, as if they had come over the control socket.
class OfflineNodeAccess final : public NodeAccess {
 public:
  OfflineNodeAccess(std::unique_ptr<NodeParts> node, Purpose purpose)
      : node_(std::move(node)), purpose_(purpose) {}
  OfflineNodeAccess(const OfflineNodeAccess&) = delete;
  OfflineNodeAccess& operator=(const OfflineNodeAccess&) = delete;
  // What the command changed is searchable before it ends.
  ~OfflineNodeAccess() override {
    if (purpose_ != Purpose::kWrite) return;
    if (const auto indexed = node_->indexer->run_once(); !indexed) {
      node_->log.error("catalogue.failed", error_fields(indexed.error()));
    }
  }

  Result<NodeAnswer> call(const std::string& method, const std::string& target,
                          const std::string& body) override {
    http::Target parsed;
    if (http::parse_target(target, parsed))
      return Error{ErrorCode::kInternal, "bad target " + printable(target)};
    http::Request request;
    request.method = method;
    request.path = std::move(parsed.path);
    request.query = std::move(parsed.query);
    request.body = body;
    request.control = true;
    const auto response = node_->router.handle(request);
    return NodeAnswer{response.status, response.content_type,
                      response.body ? *response.body : std::string()};
  }
  bool running() const override { return false; }

 private:
  std::unique_ptr<NodeParts> node_;
  Purpose purpose_;
};

OpenFor open_for(Purpose purpose) {
  if (purpose == Purpose::kInspect) return OpenFor::kInspecting;
  return purpose == Purpose::kWrite ? OpenFor::kWriting : OpenFor::kReading;
}

Result<std::unique_ptr<NodeAccess>> open_offline(const Settings& settings, Purpose purpose) {
  Settings quiet = settings;
  if (quiet.log_level == "info") quiet.log_level = "warning";
  auto node = open_node(quiet, open_for(purpose));
  if (!node) return node.error();
  if (purpose == Purpose::kInspect) {
    return std::unique_ptr<NodeAccess>(
        std::make_unique<OfflineNodeAccess>(std::move(*node), purpose));
  }
  const auto progress = (*node)->search->progress();
  if (progress && progress->stored - progress->indexed <= kCatchUpEntries) {
    if (auto indexed = (*node)->indexer->run_once(); !indexed) return indexed.error();
  }
  return std::unique_ptr<NodeAccess>(
      std::make_unique<OfflineNodeAccess>(std::move(*node), purpose));
}

Error node_silent(const DataFolder& folder, const Error& locked) {
  std::string pid = "?";
  for (const auto& [name, value] : locked.args) {
    if (name == "pid") pid = value;
  }
  return Error{ErrorCode::kStorage,
               locked.detail,
               "errors.node_silent",
               {{"path", folder.path}, {"pid", pid}}};
}

}  // namespace

Result<std::unique_ptr<NodeAccess>> reach_node(const Settings& settings, Purpose purpose) {
  const DataFolder folder{settings.data};
  if (auto there = check_data_folder(folder); !there) return there.error();
  const auto deadline = steady_clock::now() + kPatience;
  while (true) {
    const auto found = probe_node(folder);
    if (found == Probe::kAnswers) {
      return std::unique_ptr<NodeAccess>(
          std::make_unique<RunningNodeAccess>(folder.control_socket()));
    }
    auto opened = open_offline(settings, purpose);
    const bool locked = !opened && opened.error().text == "storage.locked";
    if (!locked) return opened;
    // A node that is there but overloaded deserves more patience than a command that holds the
    // lock.
    const auto patience = found == Probe::kSilent ? deadline + kMorePatience : deadline;
    if (steady_clock::now() > patience) {
      return found == Probe::kSilent ? node_silent(folder, opened.error()) : opened.error();
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace dure::node
