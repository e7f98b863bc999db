// SPDX-License-Identifier: Apache-2.0
// `dure serve`: a node in the foreground, under systemd or a terminal.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <ostream>

#include "app/running_node.h"
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/service_manager.h"

namespace dure::node {
namespace {

// The node sends it to its own process when it is to be started again with other keys.
constexpr int kKeysChanged = SIGUSR1;

// Blocks the signals in this thread, and so in every thread started after it, and hands them out
// one by one.
class SignalQueue {
 public:
  SignalQueue() {
    sigemptyset(&signals_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, kKeysChanged}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  ~SignalQueue() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;

  /// 0 after `patience` without a signal.
  int next(std::chrono::microseconds patience) const {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(patience);
    const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(patience - whole);
    const timespec limit{whole.count(), rest.count()};
    const int signal = sigtimedwait(&signals_, nullptr, &limit);
    return signal > 0 ? signal : 0;
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

// How often the service manager wants to hear of us; an hour if it does not.
std::chrono::microseconds patience_of(const ServiceManager& manager) {
  const auto limit = manager.watchdog();
  return limit ? *limit / 2 : std::chrono::hours(1);
}

}  // namespace

ExitCode run_serve(const Invocation&, Session& session) {
  const ServiceManager manager(service_environment());
  const SignalQueue signals;
  auto node = RunningNode::start(
      session.settings, [] { (void)kill(getpid(), kKeysChanged); }, manager.kept());
  if (!node) return cannot_open(session, node.error());
  session.out << "listening on " << (*node)->url() << std::endl;
  (void)manager.keep((*node)->listening());
  (void)manager.notify("READY=1");
  const auto patience = patience_of(manager);
  while (true) {
    const int signal = signals.next(patience);
    if (signal == SIGTERM || signal == SIGINT) break;
    if (signal == SIGHUP && !(*node)->reload())
      session.err << session.say("cli.reload_failed") << std::endl;
    if (signal == kKeysChanged && (*node)->keys_changed()) {
      node = RunningNode::start_again(*std::move(node));
      if (!node) return cannot_open(session, node.error());
    }
    (void)manager.notify("WATCHDOG=1");
  }
  (void)manager.notify("STOPPING=1");
  node->reset();
  return ExitCode::kOk;
}

}  // namespace dure::node
