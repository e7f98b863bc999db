// SPDX-License-Identifier: Apache-2.0
#include "http/connection_table.h"

#include <sys/socket.h>

namespace dure::node::http {
namespace {

// Makes the connection's socket readable (or hung up), so that a worker takes it and sees
// `timed_out`.
void wake_up(Connection& connection) {
  const auto phase = connection.phase.load(std::memory_order_acquire);
  const bool answerable = phase == Phase::kHead || phase == Phase::kBody;
  ::shutdown(connection.transport.fd(), answerable ? SHUT_RD : SHUT_RDWR);
}

}  // namespace

Connection& ConnectionTable::add(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  Connection& added = *connection;
  all_.emplace(&added, std::move(connection));
  return added;
}

void ConnectionTable::remove(Connection& connection) {
  std::unique_ptr<Connection> removed;  // closed after the lock is released
  const std::lock_guard lock(mutex_);
  reschedule(connection, kNever);
  const auto found = all_.find(&connection);
  removed = std::move(found->second);
  all_.erase(found);
  if (all_.empty()) empty_.notify_all();
}

void ConnectionTable::set_deadline(Connection& connection, Instant deadline) {
  connection.deadline.store(deadline, std::memory_order_seq_cst);
  if (deadline >= connection.scheduled.load(std::memory_order_seq_cst)) return;
  bool earliest = false;
  {
    const std::lock_guard lock(mutex_);
    reschedule(connection, deadline);
    earliest = order_.begin()->second == &connection;
  }
  if (earliest) wake_();
}

Instant ConnectionTable::expire(Instant now) {
  const std::lock_guard lock(mutex_);
  while (!order_.empty() && order_.begin()->first <= now) {
    Connection& connection = *order_.begin()->second;
    // First unscheduled, then read: a worker that stores a new deadline meanwhile sees that it must
    // schedule it.
    reschedule(connection, kNever);
    const auto deadline = connection.deadline.load(std::memory_order_seq_cst);
    if (deadline > now) {
      reschedule(connection, deadline);
      continue;
    }
    connection.timed_out.store(true, std::memory_order_release);
    wake_up(connection);
  }
  return order_.empty() ? kNever : order_.begin()->first;
}

void ConnectionTable::reschedule(Connection& connection, Instant when) {
  const auto before = connection.scheduled.load(std::memory_order_relaxed);
  if (before != kNever) order_.erase({before, &connection});
  connection.scheduled.store(when, std::memory_order_seq_cst);
  if (when != kNever) order_.emplace(when, &connection);
}

bool ConnectionTable::has_unread(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void ConnectionTable::close_idle(Instant until) {
  std::unique_lock lock(mutex_);
  for (const auto& [connection, owner] : all_) {
    // In one order with `stopping`: whoever parks a connection as idle later sees that flag.
    // A request that has come and was not read yet is answered before its connection ends.
    const auto phase = connection->phase.load(std::memory_order_seq_cst);
    if (phase == Phase::kIdle && !has_unread(connection->transport.fd())) {
      ::shutdown(connection->transport.fd(), SHUT_RDWR);
    } else if (phase == Phase::kFresh) {
      // A proxy asks once more on another connection if an old one ends, but gives up on a new one.
      connection->deadline.store(until, std::memory_order_seq_cst);
      reschedule(*connection, until);
    }
  }
  lock.unlock();
  wake_();
}

void ConnectionTable::close_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [connection, owner] : all_) {
    ::shutdown(connection->transport.fd(), SHUT_RDWR);
  }
}

std::size_t ConnectionTable::size() const {
  const std::lock_guard lock(mutex_);
  return all_.size();
}

bool ConnectionTable::wait_until_empty(Instant until) {
  std::unique_lock lock(mutex_);
  return empty_.wait_until(lock, until, [this] { return all_.empty(); });
}

}  // namespace dure::node::http
