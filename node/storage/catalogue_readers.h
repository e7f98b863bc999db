// SPDX-License-Identifier: Apache-2.0
// The connections that read a catalogue's file, shared by all who ask. Internal to storage/.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "storage/catalogue_file.h"

namespace dure::node {

/// Opened connections for searching. Callers wait for a free one in the order in which they came:
/// whoever gives one back and asks again at once must not overtake the others.
class ReaderPool {
 public:
  ReaderPool(std::string path, CatalogueFileOptions options, std::size_t count)
      : path_(std::move(path)), options_(options), left_(count) {}

  Result<CatalogueConnection> take() {
    std::unique_lock lock(mutex_);
    if (free_.empty() && left_ == 0) {
      Waiter self;
      waiting_.push_back(&self);
      self.called.wait(lock, [&] { return self.served; });
      if (self.reader.connection != nullptr) return std::move(self.reader);
      // Served with the right to open one.
    } else if (!free_.empty()) {
      CatalogueConnection reader = std::move(free_.back());
      free_.pop_back();
      return reader;
    } else {
      --left_;
    }
    lock.unlock();
    auto opened = open_catalogue_reader(path_, options_);
    if (!opened) give_back({});
    return opened;
  }

  /// An empty one gives back the right to open one.
  void give_back(CatalogueConnection reader) {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      Waiter& next = *waiting_.front();
      waiting_.pop_front();
      next.reader = std::move(reader);
      next.served = true;
      next.called.notify_one();
    } else if (reader.connection != nullptr) {
      free_.push_back(std::move(reader));
    } else {
      ++left_;
    }
  }

 private:
  struct Waiter {
    std::condition_variable called;
    CatalogueConnection reader;
    bool served = false;
  };
  const std::string path_;
  const CatalogueFileOptions options_;
  std::mutex mutex_;  // guards all below and the waiters
  std::deque<Waiter*> waiting_;
  std::vector<CatalogueConnection> free_;
  std::size_t left_;
};

/// A reader inside a read transaction; both end with it.
class Reading {
 public:
  static Result<std::unique_ptr<Reading>> begin(ReaderPool& pool) {
    auto reader = pool.take();
    if (!reader) return std::move(reader).error();
    auto reading = std::unique_ptr<Reading>(new Reading(pool, *std::move(reader)));
    if (auto begun = reading->restart(); !begun) return std::move(begun).error();
    return reading;
  }
  ~Reading() {
    end();
    pool_.give_back(std::move(reader_));
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  Status restart() {
    end();
    return reader_.connection->execute("BEGIN");
  }
  CatalogueConnection& reader() { return reader_; }
  Connection& connection() { return *reader_.connection; }

 private:
  Reading(ReaderPool& pool, CatalogueConnection reader) : pool_(pool), reader_(std::move(reader)) {}
  void end() {
    if (reader_.connection->in_transaction()) (void)reader_.connection->execute("COMMIT");
  }
  ReaderPool& pool_;
  CatalogueConnection reader_;
};

}  // namespace dure::node
