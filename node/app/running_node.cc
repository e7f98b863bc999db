// SPDX-License-Identifier: Apache-2.0
#include "app/running_node.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "app/attachment_parts.h"
#include "app/backup_parts.h"
#include "app/charter_service.h"
#include "app/cosigning_parts.h"
#include "app/inbox_parts.h"
#include "app/link_parts.h"
#include "app/node_parts.h"
#include "app/node_probe.h"
#include "app/version.h"
#include "http/routes/api_answer.h"
#include "http/routes/page_routes.h"
#include "http/server.h"
#include "publishing/gov24.h"

namespace dure::node {
namespace {

constexpr std::chrono::milliseconds kGrace{2000};  // for running requests when the node stops

std::chrono::milliseconds seconds(std::uint64_t count) { return std::chrono::seconds(count); }

http::ServerOptions server_options(const NodeParts& node, std::vector<int> kept) {
  const Settings& settings = node.settings;
  http::ServerOptions options;
  options.listen = settings.listen;
  options.kept = std::move(kept);
  options.control_socket = node.folder.control_socket();
  options.control_body_bytes =
      std::max<std::size_t>(settings.max_publish_mib << 20, kMaxGov24FileBytes + 4096);
  options.tls_certificate = settings.tls_certificate;
  options.tls_key = settings.tls_key;
  options.trusted_proxies = settings.trusted_proxies;
  options.workers = settings.workers != 0
                        ? settings.workers
                        : std::clamp(std::thread::hardware_concurrency() * 2, 4U, 32U);
  options.limits.connections = settings.max_connections;
  options.limits.connections_per_client = settings.max_connections_per_client;
  options.limits.head_deadline = seconds(settings.head_deadline);
  options.limits.body_deadline = seconds(settings.body_deadline);
  options.limits.idle_timeout = seconds(settings.idle_timeout);
  options.limits.requests_per_second = static_cast<double>(settings.rate_limit);
  options.limits.request_burst = static_cast<double>(settings.rate_burst);
  options.limits.exempt_loopback = true;
  return options;
}

// A receipt's address opens what somebody wrote.
std::string logged_path(const http::Request& request) {
  constexpr std::string_view kReceipts = "/tell/";
  return request.path.starts_with(kReceipts) ? std::string(kReceipts) + "..."
                                             : printable(request.path);
}

// Only what the request was for: no address, no query (people's search words).
void log_request(const Log& log, const http::Request& request, const http::Response& response,
                 std::chrono::microseconds took) {
  if (response.status >= 500) {
    log.error("request", {{"id", request.request_id},
                          {"method", request.method},
                          {"path", logged_path(request)},
                          {"status", std::to_string(response.status)},
                          {"note", printable(response.note, 400)}});
  } else if (log.shows_debug()) {
    log.debug("request", {{"id", request.request_id},
                          {"method", request.method},
                          {"path", logged_path(request)},
                          {"status", std::to_string(response.status)},
                          {"us", std::to_string(took.count())}});
  }
}

class Running final : public RunningNode {
 public:
  Running(std::unique_ptr<NodeParts> node, std::unique_ptr<http::Server> server)
      : node_(std::move(node)), server_(std::move(server)) {
    node_->server = server_.get();
    node_->webhooks->begin();  // before anything is folded
    node_->indexer->start();
    replication_ =
        std::jthread([this](const std::stop_token& stop) { node_->replicator->run(stop); });
    // What was pulled before this program gave cosignatures: once, and then it may take a while.
    mirrors_ = std::jthread([this] { cosign_mirrors(*node_); });
    announced_ = std::jthread(
        [this](const std::stop_token& stop) { node_->replicator->run_announced(stop); });
    for (auto& thread : cosigning_) {
      thread = std::jthread([this](const std::stop_token& stop) { node_->cosigning->work(stop); });
    }
    for (std::size_t i = 0; i < node_->independent->count(); ++i) {
      independent_.emplace_back(
          [this](const std::stop_token& stop) { node_->independent->work(stop); });
    }
    charters_ =
        std::jthread([this](const std::stop_token& stop) { run_charter_exchange(*node_, stop); });
    erasing_ = std::jthread([this](const std::stop_token& stop) { run_erasing(*node_, stop); });
    members_ = std::jthread([this](const std::stop_token& stop) { run_members(*node_, stop); });
    mirroring_ = std::jthread([this](const std::stop_token& stop) { run_mirroring(*node_, stop); });
    inbox_ = std::jthread([this](const std::stop_token& stop) { run_inbox(*node_, stop); });
    for (std::size_t i = 0; i < node_->webhooks->count(); ++i) {
      webhooks_.emplace_back(
          [this, i](const std::stop_token& stop) { node_->webhooks->work(i, stop); });
    }
    links_ = std::jthread([this](const std::stop_token& stop) { run_links(*node_, stop); });
    backups_ = std::jthread([this](const std::stop_token& stop) { run_backups(*node_, stop); });
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  ~Running() override {
    node_->log.info("stopping");
    node_->stopping.request_stop();
    replication_.request_stop();
    announced_.request_stop();
    for (auto& thread : cosigning_) thread.request_stop();
    for (auto& thread : independent_) thread.request_stop();
    charters_.request_stop();
    erasing_.request_stop();
    members_.request_stop();
    mirroring_.request_stop();
    inbox_.request_stop();
    for (auto& thread : webhooks_) thread.request_stop();
    links_.request_stop();
    backups_.request_stop();
    server_->stop(kGrace);
    replication_.join();
    announced_.join();
    mirrors_.join();
    for (auto& thread : cosigning_) thread.join();
    independent_.clear();
    charters_.join();
    erasing_.join();
    members_.join();
    mirroring_.join();
    inbox_.join();
    webhooks_.clear();
    links_.join();
    backups_.join();
    node_->indexer->stop();
    node_->server = nullptr;
    server_.reset();
    node_->log.info("stopped");
  }

  std::string url() const override { return server_->url(); }
  bool keys_changed() const override { return node_->keys_changed; }
  std::vector<int> listening() const override { return server_->listening(); }

  Status reload() override {
    node_->webhooks->resume();
    auto reloaded = server_->reload_tls();
    if (reloaded) {
      node_->log.info("tls.reloaded");
    } else {
      node_->log.error("tls.reload_failed", error_fields(reloaded.error()));
    }
    return reloaded;
  }

 protected:
  Beginning beginning() const override {
    Beginning again{node_->settings, node_->on_keys_changed, std::nullopt, {}};
    // Copies, which outlive the server: nobody is refused between the two.
    for (const int socket : server_->listening()) {
      const int copy = fcntl(socket, F_DUPFD_CLOEXEC, 0);
      if (copy >= 0) again.kept.push_back(copy);
    }
    const std::string bound = server_->url();
    std::string& listen = again.settings.listen;
    listen = listen.substr(0, listen.rfind(':')) + bound.substr(bound.rfind(':'));
    if (const Passphrase* known = node_->passphrases.remembered())
      again.passphrase.emplace(std::string(known->text()));
    return again;
  }

 private:
  std::unique_ptr<NodeParts> node_;
  std::unique_ptr<http::Server> server_;
  std::jthread replication_, announced_, mirrors_, charters_, erasing_, members_, mirroring_,
      inbox_, links_, backups_;
  // More than the witnesses of a log (nine, unless the charter says otherwise) need at a time.
  std::array<std::jthread, 10> cosigning_;
  std::vector<std::jthread> independent_;  // one for each, so that none waits for a silent one
  std::vector<std::jthread> webhooks_;     // likewise
};

// What the server says in its own words, with the remedy an operator needs.
Error listen_error(const Settings& settings, const Error& error) {
  const std::vector<std::pair<std::string, std::string>> args = {{"listen", settings.listen},
                                                                 {"detail", error.detail}};
  if (!error.text.empty()) return error;
  if (error.code == ErrorCode::kUnavailable)
    return {ErrorCode::kStorage, error.detail, "errors.port_taken", args};
  if (error.code == ErrorCode::kRefused)
    return {ErrorCode::kStorage, error.detail, "errors.port_refused", args};
  return {ErrorCode::kStorage, error.detail, "errors.listen", args};
}

}  // namespace
namespace {

/// A command holds the folder for a moment and is waited for; a node holds it for good, and
/// answers.
Result<std::unique_ptr<NodeParts>> open_when_free(const Settings& settings,
                                                  const std::optional<Passphrase>& known) {
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + std::chrono::seconds(5);
  while (true) {
    auto node = known
                    ? open_node(settings, OpenFor::kWriting, Passphrase(std::string(known->text())))
                    : open_node(settings, OpenFor::kWriting);
    const bool locked = !node && node.error().text == "storage.locked";
    if (!locked || steady_clock::now() >= deadline) return node;
    if (probe_node(DataFolder{settings.data}) != Probe::kNobody) return node;
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace

Result<std::unique_ptr<RunningNode>> RunningNode::start(const Settings& settings,
                                                        std::function<void()> on_keys_changed,
                                                        std::vector<int> kept) {
  return start_as({settings, std::move(on_keys_changed), std::nullopt, std::move(kept)});
}

Result<std::unique_ptr<RunningNode>> RunningNode::start_again(std::unique_ptr<RunningNode> before) {
  Beginning again = before->beginning();
  before.reset();
  return start_as(std::move(again));
}

Result<std::unique_ptr<RunningNode>> RunningNode::start_as(Beginning beginning) {
  const Settings& settings = beginning.settings;
  if (auto fits = check_socket_path(DataFolder{settings.data}); !fits) return fits.error();
  // Everything the node remembers, settled before anybody can ask.
  auto node = open_when_free(settings, beginning.passphrase);
  if (!node) return node.error();
  NodeParts* parts = node->get();
  parts->on_keys_changed = std::move(beginning.on_keys_changed);
  parts->serving = true;

  // Answers the other governments, citizens and the commands on this machine.
  auto options = server_options(*parts, std::move(beginning.kept));
  options.log = [parts](const http::Request& request, const http::Response& response,
                        std::chrono::microseconds took) {
    log_request(parts->log, request, response, took);
  };
  options.present_problem = [parts](const http::Request& request, http::Response problem) {
    return http::problem_as_page(request, http::readable_by_pages(request, std::move(problem)),
                                 parts->own);
  };
  unlink(options.control_socket.c_str());  // left over by a process that died; we hold the lock
  auto server = http::Server::start(std::move(options), [parts](const http::Request& request) {
    parts->front.look_at(request);
    auto response = http::readable_by_pages(request, parts->router.handle(request));
    return http::problem_as_page(request, std::move(response), parts->own);
  });
  if (!server) return listen_error(settings, server.error());
  parts->log.info(
      "serving", {{"url", (*server)->url()}, {"origin", parts->own.origin}, {"version", kVersion}});

  // Pulls from the other governments and indexes what came, until destroyed.
  return std::unique_ptr<RunningNode>(
      std::make_unique<Running>(std::move(*node), std::move(*server)));
}

}  // namespace dure::node
