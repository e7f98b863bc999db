// SPDX-License-Identifier: Apache-2.0
// `dure serve`: a node in the foreground, under systemd or a terminal.
#include <systemd/sd-daemon.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <ostream>

#include "app/running_node.h"
#include "cli/asking.h"
#include "cli/commands.h"

namespace dure::node {
namespace {

// Blocks the signals in this thread, and so in every thread started after it, and hands them out
// one by one.
class SignalQueue {
 public:
  SignalQueue() {
    sigemptyset(&signals_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, signal);
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
std::chrono::microseconds watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::chrono::hours(1);
  return std::chrono::microseconds(microseconds / 2);
}

}  // namespace

ExitCode run_serve(const Invocation&, Session& session) {
  const SignalQueue signals;
  auto node = RunningNode::start(session.settings);
  if (!node) return cannot_open(session, node.error());
  session.out << "listening on " << (*node)->url() << std::endl;
  sd_notify(0, "READY=1");
  const auto interval = watchdog_interval();
  while (true) {
    const int signal = signals.next(interval);
    if (signal == SIGTERM || signal == SIGINT) break;
    if (signal == SIGHUP && !(*node)->reload())
      session.err << session.say("cli.reload_failed") << std::endl;
    sd_notify(0, "WATCHDOG=1");
  }
  sd_notify(0, "STOPPING=1");
  node->reset();
  return ExitCode::kOk;
}

}  // namespace dure::node
